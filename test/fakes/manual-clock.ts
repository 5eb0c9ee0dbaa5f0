import type { Clock } from '../../shared/domain/clock.ts';

export interface ManualClock extends Clock {
  /** Goes on by so much; timers that are due fire on the way, each at its own time. */
  advance(ms: number): void;
  /** Somebody sets the clock; what timers wait for is as far away as before. */
  set(nowMs: number): void;
  readonly timers: number;
}

/** Time that only moves when it is told to. */
export function createManualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs;
  let timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    setTimer(delayMs, callback) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const due = timers.filter((timer) => timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        timers = timers.filter((timer) => timer !== due);
        nowMs = Math.max(nowMs, due.atMs);
        due.callback();
      }
      nowMs = endMs;
    },
    set(ms) {
      timers = timers.map(({ atMs, callback }) => ({ atMs: atMs + ms - nowMs, callback }));
      nowMs = ms;
    },
    get timers() {
      return timers.length;
    },
  };
}
