import type { JobView } from '../../../shared/domain/transfer.ts';

export const fileRowPx = 28;
/** Browsers cannot draw what is higher than some 33 million pixels. */
export const maxFileRows = 1_000_000;

/** A row of the list: a job, or one of its files by position. */
export type RowPlace = { readonly job: number; readonly file: number | null };

export const rowId = (jobId: string, file: number | null) =>
  file === null ? `transfer-${jobId}` : `transfer-${jobId}-${file}`;

/** How many file rows each job shows. */
export function fileCounts(jobs: readonly JobView[], unfolded: ReadonlySet<string>): readonly number[] {
  return jobs.map((job) => (unfolded.has(job.id) ? Math.min(job.filesTotal, maxFileRows) : 0));
}

/** Pure. The index among all rows (from 0) of each job's own row. */
export function rowStarts(counts: readonly number[]): readonly number[] {
  let at = 0;
  return counts.map((count) => {
    const start = at;
    at += 1 + count;
    return start;
  });
}

/** Pure. The place of a row counted from 0 over all rows, kept inside the list; null when there are none. */
export function placeAt(counts: readonly number[], row: number): RowPlace | null {
  if (counts.length === 0) return null;
  let left = Math.max(0, row);
  for (const [job, count] of counts.entries()) {
    if (left <= count) return { job, file: left === 0 ? null : left - 1 };
    left -= 1 + count;
  }
  const last = counts.length - 1;
  const count = counts[last] ?? 0;
  return { job: last, file: count === 0 ? null : count - 1 };
}

/**
 * Pure. Unfolds or folds a job. What would be too high to draw together with the others folds these.
 */
export function toggleUnfolded(
  unfolded: ReadonlySet<string>,
  jobs: readonly JobView[],
  jobId: string,
): ReadonlySet<string> {
  if (unfolded.has(jobId)) return new Set([...unfolded].filter((id) => id !== jobId));
  const next = new Set([...unfolded, jobId]);
  const rows = fileCounts(jobs, next).reduce((sum, count) => sum + count, 0);
  return rows > maxFileRows ? new Set([jobId]) : next;
}
