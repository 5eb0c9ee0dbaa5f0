import type { RuleView } from './rule.ts';

/** `on`, `off` and `stopped` as the engine says, and what a person would call it beyond that. */
export type RuleMark = 'on' | 'waits' | 'paused' | 'stopped' | 'problem' | 'failed';

/** Pure. What is worth knowing of a rule at first sight, the gravest first. */
export function markOf(rule: Pick<RuleView, 'state' | 'problem' | 'runs'>, allPaused: boolean): RuleMark {
  if (rule.state === 'stopped') return 'stopped';
  if (rule.state === 'off') return 'paused';
  if (rule.problem) return 'problem';
  if (rule.runs.failed > 0) return 'failed';
  return allPaused ? 'waits' : 'on';
}

/** Pure. Whether something is to be done about it. */
export const needsAttention = (mark: RuleMark): boolean =>
  mark === 'stopped' || mark === 'problem' || mark === 'failed';
