import type { Clock } from '../../../../shared/domain/clock.ts';
import { type ListingStep, listRanges } from './fan-out/list-ranges.ts';
import { createHttpPages, type ListingTask } from './http-pages.ts';

/** Directory buckets (S3 Express) list in no order, and take no `start-after`. */
const directoryBucket = /--x-s3$/;

/**
 * All pages, in order; a failure is the last step. The next page is under way while one is read and used; with a slow server
 * (`clock`) several are. Throttling and broken connections are tried again; expired credentials, regions and clocks are the
 * caller's.
 */
export function listPages(
  task: ListingTask,
  clock: Pick<Clock, 'nowMs'>,
  signal: AbortSignal,
): AsyncGenerator<ListingStep> {
  return listRanges(createHttpPages(task, clock), task.from, !directoryBucket.test(task.target.bucket), signal);
}
