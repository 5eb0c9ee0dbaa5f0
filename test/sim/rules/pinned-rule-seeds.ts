type Pinned = readonly (readonly [seed: number, found: string])[];

/** Seeds that found a bug of the automation, with what they found; run before all others. What can be planted again is a mutant. */
const older: Pinned = [
  [94, 'a job whose removal the journal refused stayed in the list of transfers'],
  [2394, 'a job whose temporary file could not be removed stayed there as well'],
  [6055, 'a run that a crash had cut off was left, where the journal refused it at the start'],
  [8589, 'the job of a rule that was removed just before a crash went on, and stayed in the list'],
  [244, 'what a step has written before it was given up is nobody’s (a mistake of the checks)'],
  [11156, 'after a second crash a notice was given again'],
  [10483, 'the target was deleted before it could be looked at: the run was skipped, as if its source were gone'],
  [5113, 'what was written before a rule came to look there is nobody’s (a mistake of the checks)'],
  [5195, 'a foreign object is taken for our own where only its size is known (a mistake of the checks)'],
  [20014, 'a deletion whose answer was lost was sent again and took what had been written there meanwhile'],
  [11116, 'what a step had written that failed then was taken for somebody else’s'],
  [12926, 'so was a stream whose answer was lost'],
  [10873, 'a move keeps what may be its own copy by another address (a mistake of the checks)'],
  [13934, 'what an edited rule had begun with before looks like a fill (a mistake of the checks)'],
  [17075, 'somebody else deletes the source of a move just before the move does (a mistake of the checks)'],
  [880, 'what was there was taken for the doing of a step that had been refused'],
];

export const pinnedRuleSeeds: Pinned = [
  ...older,
  [2166, 'a download is left out for what its event told of, which is gone by then (a mistake of the checks)'],
  [4062, 'a deletion of a file that a power cut undoes has not changed it (a mistake of the checks)'],
  [2912, 'an older version is not tried again after a newer one (a mistake of the checks)'],
];

/** They are what they were when no bucket kept versions here. */
export const seedsWithoutVersions: ReadonlySet<number> = new Set(older.map(([seed]) => seed));
