import type { AppError } from '../../../../shared/errors.ts';
import type { ListingPosition } from './fan-out/ranges.ts';
import type { ListingTask } from './http-pages.ts';
import type { JsonLines } from './page-lines.ts';
import type { RowColumns } from './scan-row.ts';

/** Messages between the engine's thread and the one that lists. */
export type ToListing =
  | { readonly id: number; readonly task: ListingTask; readonly as: 'rows' | 'lines' }
  /** So many more pages are wanted: the thread is never further ahead than that. `spare`: memory of lines that were read. */
  | { readonly id: number; readonly more: number; readonly spare?: ArrayBuffer | undefined }
  | { readonly id: number; readonly stop: true };

/**
 * Rows cross as lines of JSON (transferred, not copied: 0.02 ms a page) or as columns (0.2 ms; as objects it were 0.6 ms),
 * whichever are asked for.
 */
export type FromListing =
  | {
      readonly id: number;
      readonly count: number;
      readonly rows: { readonly lines: JsonLines } | { readonly columns: RowColumns };
      readonly next: ListingPosition | null;
      readonly serverDateMs: number;
    }
  | { readonly id: number; readonly failed: AppError; readonly serverDateMs: number }
  /** It ended without a page that is the last: it was stopped. */
  | { readonly id: number; readonly ended: true };

/** Pages that may be under way to a reader who is still busy with an earlier one. */
export const pagesAhead = 4;
