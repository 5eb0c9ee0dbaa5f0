import type { AppError } from '../../../shared/errors.ts';

/** The first pause after a failure, and the longest ([A7]). */
const [firstRetryMs, longestRetryMs] = [5000, 600_000];

/** How long after the beginning of a look that worked the next one begins ([A7]). `chance`: from 0 up to 1. Pure. */
export function intervalMs(look: {
  readonly pollSeconds: number;
  readonly tookMs: number;
  readonly chance: number;
}): number {
  return Math.max(look.pollSeconds * 1000 * (0.9 + 0.2 * look.chance), 2 * look.tookMs);
}

/**
 * How long after the end of an attempt that failed the next one begins: 5, 10, 20 … s and up to a tenth more, at most ten minutes,
 * but not before the server wants it, nor sooner than it took (so that beginnings are twice as far apart). `failures`: in a row,
 * this one included. Pure.
 */
export function retryDelayMs(attempt: {
  readonly failures: number;
  readonly error: AppError;
  readonly tookMs: number;
  readonly chance: number;
}): number {
  const backoffMs = firstRetryMs * 2 ** (attempt.failures - 1) * (1 + 0.1 * attempt.chance);
  const askedMs = Number(attempt.error.context['retryAfterSeconds'] ?? 0) * 1000;
  return Math.max(Math.min(backoffMs, longestRetryMs), askedMs, attempt.tookMs);
}

/** A moment to come, so and so long after another one. */
export type Due = { readonly fromMs: number; readonly delayMs: number };

/**
 * How long it is until then, 0 when it has come. A clock that has been set back to before `fromMs` starts the delay anew, which
 * is what `due` says of it. Pure.
 */
export function untilDue({ fromMs, delayMs }: Due, nowMs: number): { readonly remainingMs: number; readonly due: Due } {
  const due = { fromMs: Math.min(fromMs, nowMs), delayMs };
  return { remainingMs: Math.max(0, due.fromMs + delayMs - nowMs), due };
}
