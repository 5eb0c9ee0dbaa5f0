import type { RuleJournal } from './rule-journal.ts';
import type { RunRecord } from './rule-record.ts';

const goneCodes: readonly string[] = ['SourceChanged', 'NoSuchKey', 'FileNotFound'];

/**
 * Whether a rule for new objects has seen to one with this run of it, so that another state of it is no new one ([A3]). Not while
 * the run has yet to come to its end, nor when it failed, or found that the object was replaced or gone; and what it has
 * taken away is new when it is there again, though no look may have missed it in between.
 */
export function hasSeenTo(journal: Pick<RuleJournal, 'steps'>, { id, state, error }: RunRecord): boolean {
  if (state === 'skipped') return !goneCodes.includes(error?.code ?? '');
  return (
    state === 'done' &&
    !journal.steps(id).some((step) => step.state === 'done' && (step.action === 'move' || step.action === 'delete'))
  );
}
