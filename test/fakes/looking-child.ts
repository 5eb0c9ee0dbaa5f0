import { createObjectIndexes } from '../../main/automation/index/index-thread.ts';
import type { LookedRow, Mark } from '../../main/automation/object-index.ts';
import { ok } from '../../shared/result.ts';
import { indexWorkerUrl } from '../servers/thread-url.ts';
import { createSeededRandom } from './seeded-random.ts';
import { must } from './test-connection.ts';

export const lookedCover = { prefix: '', recursive: true };
export const lookedMark: Mark = { id: 'first', cover: lookedCover, fromMs: null, toMs: null };

/** What a bucket has at the look of this number: much of it other than at the one before. */
export function bucketAt(pass: number): LookedRow[] {
  const random = createSeededRandom(pass);
  const rows: LookedRow[] = [];
  for (let at = 0; at < 3000; at += 1) {
    if (random.chance(0.2)) continue;
    const etag = `"${random.between(1, 3)}"`;
    rows.push({
      key: `k/${String(at).padStart(5, '0')}`,
      sizeBytes: 1,
      etag,
      lastModified: '2026-01-01T00:00:00.000Z',
      storageClass: null,
    });
  }
  return rows;
}

/** `node test/fakes/looking-child.ts FILE PASS`: looks again and again until it is killed, and says which look it begins. */
if (import.meta.filename === process.argv[1]) {
  const index = must(await createObjectIndexes(indexWorkerUrl).open(process.argv[2] ?? ''));
  for (let pass = Number(process.argv[3]); ; pass += 1) {
    process.stdout.write(`${pass}\n`);
    const rows = bucketAt(pass);
    async function* pages() {
      for (let from = 0; from < rows.length; from += 300) yield ok(rows.slice(from, from + 300));
    }
    must(await index.look({ cover: lookedCover, marks: [lookedMark] }, pages()));
  }
}
