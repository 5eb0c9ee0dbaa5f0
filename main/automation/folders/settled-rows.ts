import { compareKeys } from '../../../shared/domain/key-order.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { LookedRow } from '../object-index.ts';
import type { PendingFiles } from './pending-files.ts';
import { judgeSettled, seenFile, type Settling } from './settle.ts';
import type { WalkedFile } from './walk-folder.ts';

export type RowOptions = {
  readonly pending: PendingFiles;
  readonly settling: Settling;
  /** False: what is pending below sub-folders is not part of this look. */
  readonly recursive: boolean;
  nowMs(): number;
  /** A file could not be remembered as pending: the next look has to find it. */
  overflowed(): void;
};

/**
 * The rows of a look. What does not count yet is marked unsettled, and pending from now on. So is what is not there and has
 * not been missing for the quiet time: it has a row in its place, lest the index takes it for removed ([A11]).
 */
export async function* settledRows(
  walk: AsyncIterable<Result<readonly WalkedFile[]>>,
  options: RowOptions,
): AsyncGenerator<Result<readonly LookedRow[]>> {
  const { pending, settling, recursive } = options;
  const held = pending.keysInOrder().filter((key) => recursive || !key.includes('/'));
  let at = 0;
  /** Before the files of a batch were looked at: what they were by then says nothing of what came after. */
  let fromMs = options.nowMs();

  function missing(key: string): LookedRow | null {
    const before = pending.get(key);
    const judged = before === undefined ? 'settled' : judgeSettled(before, null, fromMs, settling, options.nowMs());
    // It has been missing long enough: no row, and what is due of it finds that the index knows.
    if (judged === 'settled') return null;
    pending.set(key, judged);
    return { key, sizeBytes: 0, etag: null, lastModified: null, storageClass: null, unsettled: true };
  }

  function present({ key, facts }: WalkedFile): LookedRow {
    const judged = judgeSettled(pending.get(key), facts, fromMs, settling, options.nowMs());
    if (judged === 'settled') return seenFile(key, facts);
    if (!pending.set(key, judged)) options.overflowed();
    return { ...seenFile(key, facts), unsettled: true };
  }

  /** Rows for held keys that the walk went past, up to the one it is at. */
  function missingUpTo(key: string | null): LookedRow[] {
    const rows: LookedRow[] = [];
    for (let next = held[at]; next !== undefined; next = held[at]) {
      const order = key === null ? -1 : compareKeys(next, key);
      if (order > 0) break;
      at += 1;
      if (order === 0) break;
      const row = missing(next);
      if (row !== null) rows.push(row);
    }
    return rows;
  }

  for await (const batch of walk) {
    if (!batch.ok) {
      yield batch;
      return;
    }
    yield ok(batch.value.flatMap((file) => [...missingUpTo(file.key), present(file)]));
    fromMs = options.nowMs();
  }
  const last = missingUpTo(null);
  if (last.length > 0) yield ok(last);
}
