import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createObjectIndexes } from '../../main/automation/index/index-thread.ts';
import type { Mark } from '../../main/automation/object-index.ts';
import { linesOfRows } from '../../main/s3/data-plane/listing/page-lines.ts';
import type { ObjectRow } from '../../shared/domain/listing.ts';
import { ok, type Result } from '../../shared/result.ts';
import { indexWorkerUrl } from '../servers/thread-url.ts';
import { inventKeys, type ListedObject } from './bench-data.ts';

/**
 * `node test/bench/index-looks.ts [objects]`: what looks at a bucket cost, without the listing: wall time, what this process
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

const rowOf = ({ key, sizeBytes, etag }: ListedObject): ObjectRow => ({
  key,
  sizeBytes,
  etag: `"${etag}"`,
  lastModified: '2026-01-01T00:00:00.000Z',
  storageClass: 'STANDARD',
});

async function* pages(isChanged: (at: number) => boolean): AsyncGenerator<Result<Uint8Array>> {
  let rows: ObjectRow[] = [];
  let at = 0;
  for (const object of inventKeys(count)) {
    const row = rowOf(object);
    rows.push(isChanged(at) ? { ...row, sizeBytes: row.sizeBytes + 1 } : row);
    at += 1;
    if (rows.length < pageRows) continue;
    yield ok(linesOfRows(rows));
    rows = [];
  }
  yield ok(linesOfRows(rows));
}

const folder = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'brigade-index-'));
const indexes = createObjectIndexes(indexWorkerUrl);
try {
  const nothing = () => false;
  const every = Math.floor(count / changed);
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
        peakRssMb: Math.round(procNumber('status', 'VmHWM') / 1024),
        fileMb: Math.round(statSync(filePath).size / 1e6),
        ...(looked.ok ? looked.value : { error: looked.error }),
      })}\n`,
    );
  }
} finally {
  await indexes.close();
  rmSync(folder, { recursive: true });
}
