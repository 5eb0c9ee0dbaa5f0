import { setTimeout as delay } from 'node:timers/promises';
import type { AppError } from '../../../../shared/errors.ts';
import type { PageOutcome } from './ask-page.ts';

/** As many as the SDK makes of any other call. */
export const attemptsOfOnePage = 3;
/** A listing of a million keys must not be lost to a moment's trouble. */
export const attemptsInALongListing = 8;

const baseDelayMs = 100;
/** SlowDown is about the whole bucket or account: sooner makes it worse. */
const throttledDelayMs = 500;
const maxDelayMs = 20_000;
/** A server may ask for more than this with Retry-After; it is asked again then. */
const maxAskedDelayMs = 60_000;

/**
 * Asks again after throttling, 5xx, broken connections and answers that were cut off, with jittered and doubling pauses,
 * never before what the server asked for. `onRetry` hears of each such failure. What credentials, regions and clocks need
 * is not tried here. In real time, as the timers of the sockets are.
 */
export async function withPageRetries<T>(
  attempts: number,
  signal: AbortSignal | undefined,
  ask: () => Promise<PageOutcome<T>>,
  onRetry: (error: AppError) => void = () => undefined,
): Promise<PageOutcome<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await ask();
    const { result } = outcome;
    if (result.ok || attempt >= attempts || !isTransient(result.error)) return outcome;
    onRetry(result.error);
    const stop = signal === undefined ? {} : { signal };
    await delay(delayBeforeMs(attempt, result.error), undefined, stop).catch(() => undefined);
    if (signal?.aborted === true) return outcome;
  }
}

/** Whether the same request may do better after a pause. What a clock that is off needs is no pause. */
function isTransient(error: AppError): boolean {
  return error.retry === 'backoff' && error.code !== 'RequestTimeTooSkewed';
}

function delayBeforeMs(attempt: number, error: AppError): number {
  const base = error.code === 'SlowDown' ? throttledDelayMs : baseDelayMs;
  const askedMs = Math.min(Number(error.context['retryAfterSeconds'] ?? 0) * 1000, maxAskedDelayMs);
  return Math.max(askedMs, Math.random() * Math.min(maxDelayMs, base * 2 ** (attempt - 1)));
}
