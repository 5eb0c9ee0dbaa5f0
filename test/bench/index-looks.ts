import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createObjectIndexes } from '../../main/automation/index/index-thread.ts';
import type { Mark } from '../../main/automation/object-index.ts';
import { linesOfColumns } from '../../main/s3/data-plane/listing/page-lines.ts';
import { ok, type Result } from '../../shared/result.ts';
import { inventKeys, type ListedObject } from './bench-data.ts';

/**
 * `npm run build`, then `node test/bench/index-looks.ts [objects]`: what looks at a bucket cost, without the listing: wall time, what this process
 * wrote to its files, and its resident peak so far (Linux). A line of JSON for each look.
 */
const count = Number(process.argv[2] ?? 1_000_000);
const changed = 1000;
const pageRows = 1000;
const cover = { prefix: '', recursive: true };
const mark = (id: string, fromMs: number | null): Mark => ({ id, cover, fromMs, toMs: null });

function procNumber(file: string, name: string): number {
  const line = readFileSync(`/proc/self/${file}`, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(name));
  return Number(line?.replace(/\D/g, ''));
}

const peakMb = (): number => Math.round(procNumber('status', 'VmHWM') / 1024);

/** In the same memory, as the thread that lists gives it. */
async function* pages(isChanged: (at: number) => boolean): AsyncGenerator<Result<Uint8Array>> {
  const memory = new ArrayBuffer(pageRows * 512);
  let page: ListedObject[] = [];
  let at = 0;
  const lines = (): Uint8Array =>
    linesOfColumns(
      {
        keys: page.map(({ key }) => key),
        sizesBytes: page.map(({ sizeBytes }) => sizeBytes),
        lastModified: page.map(() => '2026-01-01T00:00:00.000Z'),
        etags: page.map(({ etag }) => `"${etag}"`),
        storageClasses: page.map(() => 'STANDARD'),
      },
      memory,
    );
  for (const object of inventKeys(count)) {
    page.push(isChanged(at) ? { ...object, sizeBytes: object.sizeBytes + 1 } : object);
    at += 1;
    if (page.length < pageRows) continue;
    yield ok(lines());
    page = [];
  }
  yield ok(lines());
}

const folder = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'brigade-index-'));
const indexes = createObjectIndexes(new URL('../../out/main/index-worker.js', import.meta.url));
try {
  const nothing = () => false;
  const every = Math.floor(count / changed);
  for await (const page of pages(nothing)) if (!page.ok) throw new Error('never');
  process.stdout.write(`${JSON.stringify({ look: 'none, only inventing it', peakRssMb: peakMb() })}\n`);
  const looks: [string, string, Mark[], (at: number) => boolean][] = [
    ['first look, from now', 'now', [mark('now', Date.parse('2030-01-01'))], nothing],
    ['unchanged', 'now', [], nothing],
    [`${changed} changed, all over`, 'now', [], (at) => at % every === 0],
    [`${changed} changed back`, 'now', [], nothing],
    ['first look, all staged', 'all', [mark('all', null)], nothing],
  ];
  let filePath = '';
  for (const [name, file, marks, isChanged] of looks) {
    filePath = join(folder, `${file}.sqlite`);
    const opened = await indexes.open(filePath);
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    const index = opened.value;
    const [startedMs, wroteBefore] = [performance.now(), procNumber('io', 'wchar')];
    const looked = await index.lookAtLines({ cover, marks }, pages(isChanged));
    const seconds = (performance.now() - startedMs) / 1000;
    await index.close();
    const writtenMb = (procNumber('io', 'wchar') - wroteBefore) / 1e6;
    process.stdout.write(
      `${JSON.stringify({
        look: name,
        seconds: Number(seconds.toFixed(2)),
        writtenMb: Number(writtenMb.toFixed(3)),
        peakRssMb: peakMb(),
        fileMb: Math.round(statSync(filePath).size / 1e6),
        ...(looked.ok ? looked.value : { error: looked.error }),
      })}\n`,
    );
  }
} finally {
  await indexes.close();
  rmSync(folder, { recursive: true });
}
