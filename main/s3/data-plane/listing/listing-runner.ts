import type { Clock } from '../../../../shared/domain/clock.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { listedFromColumns } from '../../listed-rows.ts';
import type { ListedRows } from '../../object-store.ts';
import type { ListingPosition } from './fan-out/ranges.ts';
import type { ListingTask } from './http-pages.ts';
import { listPages } from './list-pages.ts';

export type RunStep =
  | {
      readonly type: 'page';
      readonly rows: ListedRows;
      /** Where the listing goes on after it; null when this is the end. */
      readonly next: ListingPosition | null;
      readonly serverDateMs: number;
    }
  | { readonly type: 'failed'; readonly error: AppError; readonly serverDateMs: number };

/** Runs long listings, wherever. Leaving the steps ends the requests. */
export interface ListingRunner {
  run(task: ListingTask, as: 'rows' | 'lines', signal: AbortSignal): AsyncIterable<RunStep>;
  close(): Promise<void>;
}

/** In this thread: for tests of a store, and where no threads are to be had. `clock` tells how long pages take. */
export function createListingsHere(clock: Pick<Clock, 'nowMs'>): ListingRunner {
  return {
    async *run(task, _as, signal) {
      for await (const step of listPages(task, clock, signal)) {
        yield step.type === 'failed' ? step : { ...step, rows: listedFromColumns(step.columns) };
      }
    },
    close: () => Promise.resolve(),
  };
}
