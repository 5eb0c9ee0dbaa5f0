import type { Clock } from '../../shared/domain/clock.ts';
import type { Dice } from './dice.ts';
import type { Trace } from './trace.ts';

/** What ends with one run of the engine: after a crash nothing is answered to it any more. */
export type Life = { readonly number: number; dead: boolean };

type Pending = {
  readonly atMs: number;
  readonly tie: number;
  readonly label: string;
  readonly life: Life | null;
  readonly run: () => void;
  cancelled: boolean;
};

/** Everything that happens in a simulation happens here, one thing at a time; the seed says in which order. */
export type Scheduler = {
  readonly nowMs: () => number;
  /** How many things have happened. */
  readonly steps: number;
  /** What has happened last. */
  readonly last: string;
  /** Calls back once, unless the life has ended by then; the returned function takes it back. */
  after(delayMs: number, label: string, life: Life | null, run: () => void): () => void;
  /** Does what is next: of what is due at one time, any. False when nothing is left. */
  step(): boolean;
  clockOf(life: Life): Clock;
};

const usualStartMs = 1_700_000_000_000;

export function createScheduler(dice: Dice, trace: Trace, startMs = usualStartMs): Scheduler {
  let nowMs = startMs;
  let steps = 0;
  let last = '';
  const pending: Pending[] = [];

  const after: Scheduler['after'] = (delayMs, label, life, run) => {
    const event = { atMs: nowMs + Math.max(0, delayMs), tie: dice.next(), label, life, run, cancelled: false };
    pending.push(event);
    return () => {
      event.cancelled = true;
    };
  };

  /** Takes out what is next, and what will not happen any more on the way. */
  const takeNext = (): Pending | null => {
    let best = -1;
    for (let index = pending.length - 1; index >= 0; index -= 1) {
      const event = pending[index] as Pending;
      if (event.cancelled || event.life?.dead === true) {
        const last = pending.pop() as Pending;
        if (index < pending.length) pending[index] = last;
        if (best === pending.length) best = index;
        continue;
      }
      const first = pending[best];
      const isEarlier =
        first === undefined || event.atMs < first.atMs || (event.atMs === first.atMs && event.tie < first.tie);
      if (isEarlier) best = index;
    }
    if (best < 0) return null;
    const [event] = pending.splice(best, 1);
    return event ?? null;
  };

  return {
    nowMs: () => nowMs,
    get steps() {
      return steps;
    },
    get last() {
      return last;
    },
    after,
    step() {
      const event = takeNext();
      if (event === null) return false;
      nowMs = Math.max(nowMs, event.atMs);
      steps += 1;
      last = event.label;
      trace.note(nowMs - startMs, event.label);
      event.run();
      return true;
    },
    clockOf: (life) => ({
      nowMs: () => nowMs,
      setTimer: (delayMs, callback) => after(delayMs, 'timer', life, callback),
    }),
  };
}
