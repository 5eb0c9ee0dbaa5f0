import type { Clock } from '../../shared/domain/clock.ts';
import type { AppError } from '../../shared/errors.ts';
import { offlineDelayMs } from './offline.ts';

/**
 * Why a job that is not paused does not go on, though nothing of it has failed. offline: no server is reached, it tries
 * again by itself ([T64]). signIn: a person must come for new credentials ([T66]).
 */
export type JobHold =
  | {
      readonly type: 'offline';
      /** In a row. */
      readonly attempts: number;
      readonly error: AppError;
      readonly retryAtMs: number;
      readonly cancelTimer: () => void;
    }
  | { readonly type: 'signIn'; readonly error: AppError };

type Held = { hold: JobHold | null };

/** Nothing was reached: `retry` is called after the pause, unless the hold is ended before. */
export function holdOffline(job: Held, error: AppError, clock: Clock, retry: () => void): void {
  const attempts = (job.hold?.type === 'offline' ? job.hold.attempts : 0) + 1;
  cancelRetry(job);
  const delayMs = offlineDelayMs(attempts);
  const cancelTimer = clock.setTimer(delayMs, retry);
  job.hold = { type: 'offline', attempts, error, retryAtMs: clock.nowMs() + delayMs, cancelTimer };
}

export function holdForSignIn(job: Held, error: AppError): void {
  cancelRetry(job);
  job.hold = { type: 'signIn', error };
}

/** It tries now: one that was offline is still shown as such until something works. */
export function tryHeld(job: Held): void {
  cancelRetry(job);
  if (job.hold?.type === 'signIn') job.hold = null;
}

/** A server has answered, or the waiting has been ended. Idempotent. */
export function endHold(job: Held): void {
  cancelRetry(job);
  job.hold = null;
}

function cancelRetry({ hold }: Held): void {
  if (hold?.type === 'offline') hold.cancelTimer();
}
