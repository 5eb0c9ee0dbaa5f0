/** Seeds that found a bug, with what they found; run before all others. What mutants.ts can plant again stands there. */
export const pinnedSeeds: readonly (readonly [seed: number, found: string])[] = [
  [15858, 'two moves of one object: each has its own last look at it (a mistake of the checks)'],
  [13300, 'a crash in the middle of a cancel: files cancelled, the job not; it went on and was done without them'],
  [1494, 'what is left of a file that failed in an earlier life is cleaned up (a mistake of the checks)'],
  [46962, 'a file that was found by its bytes is given the name that it has (a mistake of the checks)'],
  [9490, 'a target that could not be looked at was taken for somebody else’s'],
  [166716, 'an answer for all that was saved in part: the job was done without the files that it had put back'],
];
