import type { JobId, RuleId } from '../../../shared/domain/ids.ts';
import { isMirrorDeletion } from '../mirror/limit-deletions.ts';
import type { RuleRecord, RunRecord, StepPatch, StepRecord } from '../rule-record.ts';

/** Half done by what the rule was before it was edited, or about something that is gone from where it looked then. Pure. */
export function isOfOtherRule(rule: RuleRecord, { revision, step, event }: RunRecord): boolean {
  return revision !== rule.revision && (step > 0 || event.type === 'removed');
}

/** What the step that a run is at begins with. Pure. */
export function beginStep(
  rule: RuleRecord,
  run: RunRecord,
  jobId: JobId | null,
  nowMs: number,
): StepPatch & Pick<StepRecord, 'action' | 'state'> {
  const action = isMirrorDeletion(rule, run) ? 'delete' : (rule.actions[run.step]?.type ?? 'audit');
  return { action, state: 'running', jobId, startedMs: nowMs, endedMs: null, error: null };
}

/** Pure. */
export function causesOf({ causes }: RunRecord): { readonly causes?: readonly RuleId[] } {
  return causes.length === 0 ? {} : { causes };
}
