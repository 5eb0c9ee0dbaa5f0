/** The same seed gives the same numbers, on every machine: for what a test wants to be able to repeat. */
export type SeededRandom = {
  /** From 0 up to 1, without it. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  pick<T>(choices: readonly T[]): T;
  chance(probability: number): boolean;
};

export function createSeededRandom(seed: number): SeededRandom {
  // Multiplying alone lets neighbouring seeds begin alike.
  let state = (Math.imul(seed + 1, 2654435761) >>> 1) % 2147483647 || 1;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    pick: (choices) => choices[between(0, choices.length - 1)] as never,
    chance: (probability) => next() < probability,
  };
}
