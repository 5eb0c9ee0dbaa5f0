import type { Random } from '../../../shared/domain/clock.ts';

export const defaultReconcileMs = 300_000;
/** Looks that nobody has asked for keep this distance at least. */
export const minSpacingMs = 1000;
/** Whether the folder itself is still there: nothing tells of one that was moved away. */
export const rootCheckMs = 15_000;
/** After a failure that should not be. */
export const afterBugMs = 60_000;
const pollMs = 10_000;
const firstRetryMs = 5000;
/** A folder that is gone: asking whether it is back costs one call. */
const maxGoneMs = 30_000;
/** A look that failed on the way has cost a walk. */
const maxRetryMs = 600_000;

/** [A7] By a tenth up or down, so that many machines do not ask a file server at once. Pure but for chance. */
function vary(delayMs: number, random: Random): number {
  return Math.round(delayMs * (0.9 + random.next() * 0.2));
}

/**
 * The pause after a look that took `tookMs`, never less than twice that time ([A7]). Where the system tells of changes a look
 * every `reconcileMs` is for hints that were lost. Where nothing does (null) it is ten seconds, but a tenth of the time at
 * most is spent looking. Pure but for chance.
 */
export function lookPause(tookMs: number, reconcileMs: number | null, random: Random): number {
  if (reconcileMs === null) return Math.max(vary(pollMs, random), 9 * tookMs);
  return Math.max(vary(reconcileMs, random), 2 * tookMs);
}

/** After `failures` (from 1) in a row: 5, 10, 20 … s. Pure. */
export function retryPause(failures: number, tookMs: number, isGone: boolean): number {
  const delayMs = firstRetryMs * 2 ** Math.min(failures - 1, 20);
  return Math.max(Math.min(delayMs, isGone ? maxGoneMs : maxRetryMs), 2 * tookMs);
}
