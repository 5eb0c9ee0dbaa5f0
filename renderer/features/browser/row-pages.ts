import type { EngineClient } from '../../../shared/contract/client.ts';
import type { ListingRow, ListingStatus } from '../../../shared/domain/listing.ts';
import type { ListingId } from '../../../shared/domain/ids.ts';

const pageRows = 200;
/** 4,000 rows: several screens around the view, and never the whole of a huge folder. */
const keptPages = 20;

type Page = { readonly version: number; readonly rows: readonly ListingRow[] };

/**
 * The rows of one listing as far as they were looked at. A page read under an older version stays on screen until its
 * new content is there; at most one request is under way for each page.
 */
export function createRowPages(
  engine: EngineClient,
  listingId: ListingId,
  onStatus: (status: ListingStatus) => void,
  onRows: () => void,
) {
  const pages = new Map<number, Page>();
  const underWay = new Set<number>();

  const read = async (index: number) => {
    underWay.add(index);
    const answer = await engine.call('listing.rows', { listingId, from: index * pageRows, count: pageRows });
    underWay.delete(index);
    if (!answer.ok) return;
    pages.delete(index);
    pages.set(index, { version: answer.value.status.version, rows: answer.value.rows });
    for (const oldest of pages.keys()) {
      if (pages.size <= keptPages) break;
      pages.delete(oldest);
    }
    onRows();
    onStatus(answer.value.status);
  };

  return {
    rowAt(index: number): ListingRow | undefined {
      return pages.get(Math.floor(index / pageRows))?.rows[index % pageRows];
    },
    /** Makes sure that these rows are, or soon will be, those of the status. */
    want(first: number, last: number, status: ListingStatus): void {
      const to = Math.min(last, status.count - 1);
      for (let index = Math.floor(first / pageRows); index * pageRows <= to; index += 1) {
        const page = pages.get(index);
        if ((!page || page.version < status.version) && !underWay.has(index)) void read(index);
      }
    },
  };
}
