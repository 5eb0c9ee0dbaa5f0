import type { EngineClient } from '../../shared/contract/client.ts';
import type { ListingId } from '../../shared/domain/ids.ts';
import type { ListingRow, ListingStatus } from '../../shared/domain/listing.ts';
import type { AppError } from '../../shared/errors.ts';

const pageRows = 200;
/** 4,000 rows: several screens around the view, and never the whole of a huge folder. */
const keptPages = 20;

type Page = { readonly version: number; readonly rows: readonly ListingRow[] };

export type RowPages = {
  /** Undefined while it has not been read. */
  rowAt(index: number): ListingRow | undefined;
  /** The version under which the row at this position was read; what is on screen may be older than the status. */
  versionAt(index: number): number | undefined;
  /** Makes sure that these rows are, or soon will be, those of the status. */
  want(first: number, last: number, status: ListingStatus): void;
};

/**
 * The rows of one listing as far as they were looked at. A page read under an older version stays on screen until its
 * new content is there; at most one request is under way for each page.
 */
export function createRowPages(
  engine: EngineClient,
  listingId: ListingId,
  on: {
    readonly status: (status: ListingStatus) => void;
    readonly rows: () => void;
    readonly failed: (error: AppError) => void;
  },
): RowPages {
  const pages = new Map<number, Page>();
  const underWay = new Set<number>();

  const read = async (index: number) => {
    underWay.add(index);
    const answer = await engine.call('listing.rows', { listingId, from: index * pageRows, count: pageRows });
    underWay.delete(index);
    if (!answer.ok) return on.failed(answer.error);
    pages.delete(index);
    pages.set(index, { version: answer.value.status.version, rows: answer.value.rows });
    for (const oldest of pages.keys()) {
      if (pages.size <= keptPages) break;
      pages.delete(oldest);
    }
    on.rows();
    on.status(answer.value.status);
  };

  return {
    rowAt: (index) => pages.get(Math.floor(index / pageRows))?.rows[index % pageRows],
    versionAt(index) {
      const page = pages.get(Math.floor(index / pageRows));
      return page && index % pageRows < page.rows.length ? page.version : undefined;
    },
    want(first, last, status) {
      const to = Math.min(last, status.count - 1);
      for (let index = Math.floor(first / pageRows); index * pageRows <= to; index += 1) {
        const page = pages.get(index);
        if ((!page || page.version < status.version) && !underWay.has(index)) void read(index);
      }
    },
  };
}
