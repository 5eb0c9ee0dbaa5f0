/** Of some seeds: how much happened in each, as how often each number came. */
export type Tally = {
  seeds: number;
  deaths: number;
  readonly steps: Record<number, number>;
  readonly faults: Record<number, number>;
  readonly filesDone: Record<number, number>;
};

export type Failure = { readonly seed: number; readonly violation: string; readonly lines: readonly string[] };

export const emptyTally = (): Tally => ({ seeds: 0, deaths: 0, steps: {}, faults: {}, filesDone: {} });

export function addTally(into: Tally, from: Tally): void {
  into.seeds += from.seeds;
  into.deaths += from.deaths;
  for (const name of ['steps', 'faults', 'filesDone'] as const)
    for (const [number, times] of Object.entries(from[name]))
      into[name][Number(number)] = (into[name][Number(number)] ?? 0) + times;
}

/** Least, middle and most, in words. */
export function spread(counts: Readonly<Record<number, number>>): string {
  const sorted = Object.entries(counts).map(([number, times]) => [Number(number), times] as const);
  sorted.sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, times]) => sum + times, 0);
  let seen = 0;
  const middle = sorted.find(([, times]) => (seen += times) * 2 >= total);
  return `${sorted[0]?.[0] ?? 0} / ${middle?.[0] ?? 0} / ${sorted.at(-1)?.[0] ?? 0}`;
}
