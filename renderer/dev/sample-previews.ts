import type { CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { previewIdSchema } from '../../shared/domain/ids.ts';
import type { VersionRow } from '../../shared/domain/listing.ts';
import type { Preview } from '../../shared/domain/preview.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

const picture = (width: number, height: number) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#2f6fb5"/><circle cx="50%" cy="50%" r="${Math.min(width, height) / 3}" fill="#f4c542"/></svg>`,
  )}`;

const table = `date,customer,amount\n${Array.from(
  { length: 400 },
  (_, line) => `2026-10-${String((line % 28) + 1).padStart(2, '0')},customer ${line},${(line * 7.13).toFixed(2)}`,
).join('\n')}\n`;

/** One page with two lines of text. */
function contract(): string {
  const text = 'BT /F 24 Tf 72 700 Td (Contract) Tj 0 -40 Td /F 12 Tf (Between Kim and the archive.) Tj ET';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
    `<</Length ${text.length}>>stream\n${text}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ].map((object, index) => `${index + 1} 0 obj${object}endobj\n`);
  const head = '%PDF-1.4\n';
  const starts = objects.map((_, index) => head.length + objects.slice(0, index).join('').length);
  const entries = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${entries}trailer<</Size ${size}/Root 1 0 R>>\n`;
  const body = head + objects.join('');
  return `data:application/pdf;base64,${btoa(`${body}${table}startxref\n${body.length}\n%%EOF\n`)}`;
}

const streamed = (kind: 'image' | 'audio' | 'pdf', url: string): Preview => ({
  kind,
  previewId: previewIdSchema.parse('preview-sample'),
  url,
});

/** By what is in the name, so that each state can be looked at. */
const previewByPart: readonly (readonly [string, Preview])[] = [
  ['broken', streamed('image', 'data:image/png;base64,AAAA')],
  ['wide', streamed('image', picture(1600, 300))],
  ['.png', streamed('image', picture(800, 600))],
  ['.pdf', streamed('pdf', contract())],
  ['.csv', { kind: 'text', text: table, truncated: true }],
  ['.wav', streamed('audio', 'data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=')],
  ['empty', { kind: 'none', reason: 'empty' }],
  ['archived', { kind: 'none', reason: 'archived' }],
  ['huge', { kind: 'tooLarge', limitBytes: 50_000_000 }],
];

const sampleVersions = [3, 2, 1, 0].map((number): VersionRow => {
  const isDeleteMarker = number === 2;
  return {
    versionId: `version-${number}`,
    isLatest: number === 3,
    isDeleteMarker,
    sizeBytes: isDeleteMarker ? 0 : 1_234_567 - number * 40_000,
    lastModified: `2026-10-0${number + 1}T14:02:00.000Z`,
    etag: isDeleteMarker ? null : `"${number}"`,
    storageClass: isDeleteMarker ? null : 'STANDARD',
  };
});

/** Invented answers about single objects and their insides. */
export const samplePreviews = {
  'objects.stat': async ({ key }: CommandInput<'objects.stat'>): Promise<Result<CommandOutput<'objects.stat'>>> => {
    if (key.includes('slow')) return new Promise(() => undefined);
    if (key.includes('denied'))
      return err(appError('AccessDenied', { bucket: 'finance-eu', key, permission: 's3:GetObject' }));
    return ok({
      key,
      sizeBytes: 1_234_567,
      lastModified: '2026-10-03T14:02:00.000Z',
      etag: '"9b2cf535f27731c974343645a3985328-12"',
      storageClass: key.includes('archived') ? 'DEEP_ARCHIVE' : 'STANDARD',
      contentType: 'application/octet-stream',
      metadata: { 'brigade-mtime': '2026-10-03T14:02:00Z', department: 'accounting' },
      checksums: { crc64nvme: 'dGVzdGluZyE=', sha256: 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=' },
      checksumType: key.includes('wide') ? 'COMPOSITE' : 'FULL_OBJECT',
      headers: { contentType: 'application/octet-stream', cacheControl: 'max-age=3600' },
      versionId: key.includes('wide') ? '3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo' : null,
    });
  },
  'objects.tags': () => ok({ tags: { department: 'accounting', 'keep until': '2031-12-31' } }),
  'objects.setTags': () => ok({}),
  'objects.setHeaders': () => ok({ etag: null }),
  'objects.restoreVersion': () => ok({ versionId: null }),
  'objects.versions': () => ok({ isWhole: true, versions: sampleVersions }),
  'buckets.location': () => ok({ region: 'eu-central-1' }),
  'preview.open': async ({ source }: CommandInput<'preview.open'>): Promise<Result<Preview>> => {
    const name = 'key' in source ? source.key : 'path' in source ? source.path : `${source.side}.png`;
    if (name.includes('slow')) return new Promise(() => undefined);
    if (name.includes('denied'))
      return err(appError('AccessDenied', { bucket: 'finance-eu', key: name, permission: 's3:GetObject' }));
    return ok(previewByPart.find(([part]) => name.includes(part))?.[1] ?? { kind: 'none', reason: 'binary' });
  },
  'preview.close': () => ok({}),
};
