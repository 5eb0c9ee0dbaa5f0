import type { EngineClient } from '../../shared/contract/client.ts';
import type { ListingId } from '../../shared/domain/ids.ts';
import type { Interval, ListingRow } from '../../shared/domain/listing.ts';
import { ok, type Result } from '../../shared/result.ts';

const windowRows = 10_000;
const readAtOnce = 1000;

/**
 * The first `limit` selected rows of a listing, in the order of its view, read from the engine. When the order changes
 * meanwhile it is begun anew.
 */
export async function readSelectedRows(
  engine: EngineClient,
  listingId: ListingId,
  limit: number,
): Promise<Result<ListingRow[]>> {
  let rows: ListingRow[] = [];
  let version: number | null = null;
  let at = 0;
  for (;;) {
    const window = { from: at, count: windowRows };
    const answer = await engine.call('listing.selected', { listingId, window });
    if (!answer.ok) return answer;
    const { status, selected } = answer.value;
    if (version !== null && version !== status.version) rows = [];
    if (version === status.version || version === null) {
      version = status.version;
      const read = await readRows(engine, listingId, selected.intervals, limit - rows.length);
      if (!read.ok) return read;
      if (read.value.version === null || read.value.version === version) {
        rows.push(...read.value.rows);
        at += windowRows;
        if (rows.length >= Math.min(limit, status.selection.items) || at >= status.count) return ok(rows);
        continue;
      }
      rows = [];
    }
    version = null;
    at = 0;
  }
}

async function readRows(
  engine: EngineClient,
  listingId: ListingId,
  intervals: readonly Interval[],
  limit: number,
): Promise<Result<{ readonly rows: ListingRow[]; readonly version: number | null }>> {
  const rows: ListingRow[] = [];
  let version: number | null = null;
  for (const { from, to } of intervals) {
    for (let at = from; at <= to && rows.length < limit; at += readAtOnce) {
      const count = Math.min(readAtOnce, to - at + 1, limit - rows.length);
      const answer = await engine.call('listing.rows', { listingId, from: at, count });
      if (!answer.ok) return answer;
      // Rows of two orders do not go together: the caller sees that the version is another one.
      version = version === null || version === answer.value.status.version ? answer.value.status.version : -1;
      rows.push(...answer.value.rows);
    }
  }
  return ok({ rows, version });
}
