import type { Clock } from '../../shared/domain/clock.ts';

/** How long a request may still take when what it is for has been told to stop. */
export const stopGraceMs = 5_000;

/** Aborted so long after the signal, unless it is disposed of before: from then on no timer is held, nor begun. */
export function afterGrace(signal: AbortSignal, clock: Clock) {
  const controller = new AbortController();
  let takeBack = () => {};
  const begin = () => {
    takeBack = clock.setTimer(stopGraceMs, () => controller.abort());
  };
  signal.addEventListener('abort', begin, { once: true });
  return {
    signal: controller.signal,
    dispose() {
      signal.removeEventListener('abort', begin);
      takeBack();
    },
  };
}

/** What the work comes to, or null when the signal comes first; what it comes to then is dropped. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const leave = () => resolve(null);
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

/** How long answers are waited for; once one has not come in time, no other is. */
export type Patience = {
  /** Null: no answer in time, or nothing was asked any more. The signal ends the request. */
  wait<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T | null>;
};

/** So long for each answer, and no longer than `end` for all of them. */
export function createPatience(clock: Clock, answerMs: number, end: AbortSignal): Patience {
  const silent = new AbortController();
  const signal = AbortSignal.any([silent.signal, end]);
  return {
    async wait(ask) {
      if (signal.aborted) return null;
      const takeBack = clock.setTimer(answerMs, () => silent.abort());
      try {
        return await orAborted(ask(signal), signal);
      } finally {
        takeBack();
      }
    },
  };
}
