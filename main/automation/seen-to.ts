import type { RunId } from '../../shared/domain/ids.ts';
import type { RuleEvent } from '../../shared/domain/rule.ts';
import type { RuleJournal } from './rule-journal.ts';
import type { RuleRecord, RunRecord, StepRecord } from './rule-record.ts';

const goneCodes: readonly string[] = ['SourceChanged', 'NoSuchKey', 'FileNotFound'];

/** Whether an update may be a creation to it ([A3]). Pure. */
export function isForCreatedOnly({ trigger, mirror }: RuleRecord): boolean {
  if (trigger.type !== 'newObject' && trigger.type !== 'folder') return false;
  return mirror === undefined && trigger.on.includes('created') && !trigger.on.includes('updated');
}

/**
 * Whether a rule for new objects has seen to this one, or had before that run of it, so that another state of it is no new one
 * ([A3]). Not while its last run has yet to come to its end, nor when that failed, or found that the object was replaced or gone;
 * and what it has taken away is new when it is there again, though no look may have missed it in between.
 */
export function hasSeenTo(
  journal: Pick<RuleJournal, 'steps' | 'lastRunAbout'>,
  rule: RuleRecord,
  at: { readonly key: string } & Pick<RuleEvent, 'bucket' | 'path'>,
  before?: RunId,
): boolean {
  for (let from = before; ; ) {
    const last = journal.lastRunAbout(rule.id, at, from);
    if (last === null) return true;
    const { id, state, error, subject } = last;
    from = id;
    // What has replaced it did not fit: the one before tells.
    if (state === 'skipped' && error?.code === 'ConditionsNotMet' && subject.isRewritten === true) continue;
    if (state === 'skipped') return !goneCodes.includes(error?.code ?? '');
    return state === 'done' && !hasTakenAway(rule, last, journal.steps(id));
  }
}

/** A step that had nothing to do has found it gone, or a copy of it where it was to go, and has taken it away all the same. Pure. */
function hasTakenAway(rule: RuleRecord, run: RunRecord, steps: readonly StepRecord[]): boolean {
  if (run.subject.isLeftOut === true) return false;
  return steps.some(({ action, position }) => {
    if (action !== 'move' && action !== 'delete') return false;
    // What it did then is not known any more.
    const now = run.revision === rule.revision ? rule.actions[position] : undefined;
    const source = now !== undefined && 'source' in now ? now.source : undefined;
    if (source === undefined) return true;
    return 'key' in source && source.bucket === run.event.bucket && source.key === '{key}';
  });
}
