import { type Mutant, mutants } from './mutants.ts';
import { pinnedSeeds } from './pinned-seeds.ts';
import { pinnedRuleSeeds } from './rules/pinned-rule-seeds.ts';
import { ruleMutants } from './rules/rule-mutants.ts';
import type { simulate } from './simulate.ts';

export type WorldName = 'transfers' | 'rules';
export type Simulate = typeof simulate;

export const mutantsOf = (world: WorldName): readonly Mutant[] => (world === 'rules' ? ruleMutants : mutants);
export const pinnedOf = (world: WorldName) => (world === 'rules' ? pinnedRuleSeeds : pinnedSeeds);

/** Loaded when the hooks are there. */
export async function simulationOf(world: WorldName): Promise<Simulate> {
  if (world === 'rules') return (await import('./rules/simulate-rules.ts')).simulateRules;
  return (await import('./simulate.ts')).simulate;
}
