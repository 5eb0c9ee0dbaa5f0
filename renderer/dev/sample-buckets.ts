/**
 * `denied` and `gone` cannot be listed, `slow` never begins, `growing` comes in pages, `endless` stops coming. The objects
 * of `previews` have insides, or reasons why not, as their names say.
 */
export const sampleBuckets = [
  'finance-eu',
  'media-raw',
  'website-assets',
  'empty-bucket',
  'huge',
  'growing',
  'denied',
  'gone',
  'slow',
  'endless',
  'previews',
];

const classes = ['STANDARD', 'STANDARD', 'STANDARD_IA', 'GLACIER_IR', 'INTELLIGENT_TIERING', 'DEEP_ARCHIVE'];
const folders = [
  '',
  '2024/',
  '2025/',
  '2026/',
  'in/',
  'in/2026/',
  'in/2026/10/scanned by the office in Lisbon/',
  'out/',
  'تقارير/',
];

const previewed = [
  'archived film.mov',
  'broken picture.png',
  'contract.pdf',
  'denied.png',
  'empty.txt',
  'harbour.png',
  'huge.iso',
  'ledger.csv',
  'memo.wav',
  'nothing here/',
  'program.bin',
  'wide panorama.png',
];

export function sampleKeys(bucket: string): string[] {
  if (bucket === 'empty-bucket') return [];
  if (bucket === 'previews') return previewed;
  const count = bucket === 'huge' || bucket === 'endless' ? 100_000 : bucket === 'growing' ? 9000 : 60;
  return folders.flatMap((folder) =>
    Array.from({ length: folder === '' ? count : 60 }, (_, index) => folder + nameOf(index)),
  );
}

function nameOf(index: number): string {
  if (index === 3) return `a very long name of a report that goes on and on ${'and on '.repeat(20)}.pdf`;
  if (index === 5) return 'README';
  return `invoice-${String(index).padStart(5, '0')}.${['pdf', 'csv', 'png'][index % 3]}`;
}

export function sampleObject(key: string, index: number) {
  const number = Number(/\d{5}/.exec(key)?.[0] ?? 7);
  return {
    key,
    sizeBytes: (number * 7_919_113) % 5_000_000_000,
    lastModified: null,
    etag: `"${(number * 2_654_435_761).toString(16).padStart(32, 'a')}"`,
    storageClass: classes[(index + number) % classes.length] ?? null,
  };
}
