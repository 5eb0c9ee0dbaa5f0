import { forbidTimers } from './forbid-timers.ts';
import { emptyTally, type Failure, type Tally } from './tally.ts';
import type { Simulate } from './worlds.ts';

/** Every so many seeds one is run twice: the same seed must give the same trace. */
const repeatEvery = 50;
const tellEvery = 100;

export type SeedRange = {
  readonly from: number;
  /** Null: until it is stopped. */
  readonly count: number | null;
  readonly stride: number;
  /** Run before the others. */
  readonly pinned: readonly number[];
};

function* seedsOf({ from, count, stride, pinned }: SeedRange): Generator<number> {
  yield* pinned;
  const end = count === null ? Number.POSITIVE_INFINITY : from + count * stride;
  for (let seed = from; seed < end; seed += stride) yield seed;
}

/** Runs the seeds one after the other. `onTally` hears of every hundred of them. */
export async function runSeeds(
  simulate: Simulate,
  range: SeedRange,
  onTally: (tally: Tally) => void,
  onFailure: (failure: Failure) => void,
  isStopped: () => boolean,
): Promise<void> {
  forbidTimers();
  // Errors are made by the thousand, and nobody looks where.
  Error.stackTraceLimit = 0;
  let tally = emptyTally();
  for (const seed of seedsOf(range)) {
    if (isStopped()) break;
    const { steps, faults, filesDone, deaths, hash, ...outcome } = await simulate(seed);
    tally.seeds += 1;
    tally.deaths += deaths;
    for (const [counts, number] of [
      [tally.steps, steps],
      [tally.faults, faults],
      [tally.filesDone, filesDone],
    ] as const)
      counts[number] = (counts[number] ?? 0) + 1;
    let { violation } = outcome;
    if (violation === null && seed % repeatEvery === 0) {
      const again = await simulate(seed);
      if (again.hash !== hash) violation = `not the same trace: ${hash}, then ${again.hash}`;
    }
    if (violation !== null) {
      const { lines } = await simulate(seed, { keepLines: 40 });
      onFailure({ seed, violation, lines });
    }
    if (tally.seeds < tellEvery) continue;
    onTally(tally);
    tally = emptyTally();
  }
  onTally(tally);
}
