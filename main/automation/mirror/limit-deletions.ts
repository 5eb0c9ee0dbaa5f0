import { type AppError, appError } from '../../../shared/errors.ts';
import type { RuleJournal } from '../rule-journal.ts';
import type { RuleRecord, RunRecord } from '../rule-record.ts';

/** Pure. */
export function isMirrorDeletion({ mirror }: RuleRecord, { event }: Pick<RunRecord, 'event'>): boolean {
  return mirror !== undefined && event.type === 'removed';
}

/** [A62] Why nothing is deleted for now; null: it may be. `objects`: what the source has now. Pure, but for the journal. */
export function refuseDeletions(
  rule: RuleRecord,
  journal: Pick<RuleJournal, 'waitingRemovals'>,
  objects: number,
): AppError | null {
  const { mirror } = rule;
  if (mirror === undefined) return null;
  const runs = journal.waitingRemovals(rule.id, rule.deletesMeantThrough);
  // Those that are gone were there.
  const all = objects + runs;
  const isTooMany = runs > mirror.maxDeletes || runs * 100 > mirror.maxDeletePercent * all;
  return isTooMany ? appError('MirrorDeletesTooMany', { runs, all }) : null;
}
