import type { Dice } from './dice.ts';

/** How likely what goes wrong is, from 0 to 1, in one seed. */
export type Weather = {
  /** The connection is gone before the request arrived. */
  readonly drop: number;
  /** The request was done, its answer is lost. */
  readonly lose: number;
  /** Nothing moves any more: cut after half a minute. */
  readonly stall: number;
  readonly slowDown: number;
  readonly serverError: number;
  readonly truncate: number;
  readonly corruptUp: number;
  readonly corruptDown: number;
  readonly diskError: number;
  /** A commit of the journal fails. */
  readonly commit: number;
  /** Spans in which no server is reached, the disk is full, the journal is locked. */
  readonly spans: readonly { readonly what: 'offline' | 'diskFull' | 'locked'; fromMs: number; toMs: number }[];
  readonly latencyMs: number;
  readonly diskMs: number;
  readonly commitMs: number;
};

const rates = [0, 0, 0.02, 0.05, 0.1, 0.3];

/** Each seed has a weather of its own: most faults rare or never, a few of them often. */
export function pickWeather(dice: Dice, nowMs: number, horizonMs: number): Weather {
  const isFair = dice.chance(0.1);
  const rate = (factor = 1) => (isFair ? 0 : dice.pick(rates) * factor);
  const spans = Array.from({ length: isFair ? 0 : dice.int(3) }, () => {
    const fromMs = nowMs + dice.int(horizonMs);
    return {
      what: dice.pick(['offline', 'offline', 'diskFull', 'locked'] as const),
      fromMs,
      toMs: fromMs + dice.int(horizonMs / 2),
    };
  });
  return {
    drop: rate(),
    lose: rate(),
    stall: rate(0.3),
    slowDown: rate(),
    serverError: rate(0.5),
    truncate: rate(0.5),
    corruptUp: rate(0.5),
    corruptDown: rate(0.5),
    diskError: rate(0.3),
    commit: rate(0.3),
    spans,
    latencyMs: dice.pick([1, 10, 50, 400]),
    diskMs: dice.pick([0, 1, 5]),
    commitMs: dice.pick([0, 1, 20]),
  };
}

export const calmWeather: Weather = {
  drop: 0,
  lose: 0,
  stall: 0,
  slowDown: 0,
  serverError: 0,
  truncate: 0,
  corruptUp: 0,
  corruptDown: 0,
  diskError: 0,
  commit: 0,
  spans: [],
  latencyMs: 10,
  diskMs: 1,
  commitMs: 1,
};
