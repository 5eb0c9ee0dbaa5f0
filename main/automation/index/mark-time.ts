import type { Mark } from '../object-index.ts';

/**
 * Whether it was modified in the time of a mark, both ends included. A time without a fraction may stand for any in its
 * second: it counts when some of that second does ([A4]). Without a time it is only in a mark that takes from always to
 * always: else a server that tells none would give a new rule the whole bucket. Pure.
 */
export function isInMarkTime({ fromMs, toMs }: Pick<Mark, 'fromMs' | 'toMs'>, lastModified: string | null): boolean {
  if (fromMs === null && toMs === null) return true;
  const modifiedMs = lastModified === null ? Number.NaN : Date.parse(lastModified);
  const latestMs = modifiedMs % 1000 === 0 ? modifiedMs + 999 : modifiedMs;
  // Not a number is neither.
  return latestMs >= (fromMs ?? Number.NEGATIVE_INFINITY) && modifiedMs <= (toMs ?? Number.POSITIVE_INFINITY);
}
