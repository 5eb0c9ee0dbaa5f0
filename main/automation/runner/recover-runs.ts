import type { JobId } from '../../../shared/domain/ids.ts';
import type { RuleRecord, RunRecord } from '../rule-record.ts';
import type { RunnerDeps } from './runner-deps.ts';

/** More than a rule can have under way. */
const mostRunning = 1_000_000;

export type CutOffRuns = {
  /** Their jobs are there: they go on, or tell their outcome. */
  readonly byJob: ReadonlyMap<JobId, readonly RunRecord[]>;
  /** Nothing has been done of their step, or it may be done again. */
  readonly again: readonly RunRecord[];
};

/** [A40] [A41] What the last engine was in the middle of. */
export function findCutOff(
  { journal, transfers }: Pick<RunnerDeps, 'journal' | 'transfers'>,
  rule: RuleRecord,
): CutOffRuns {
  const byJob = new Map<JobId, RunRecord[]>();
  const again: RunRecord[] = [];
  const known = new Set(transfers.list().map(({ id }) => id));
  for (const run of journal.runsIn(rule.id, ['running'], mostRunning)) {
    const step = journal.steps(run.id).find(({ position }) => position === run.step);
    const jobId = step?.state === 'running' ? step.jobId : null;
    if (jobId !== null && known.has(jobId)) byJob.set(jobId, [...(byJob.get(jobId) ?? []), run]);
    else again.push(run);
  }
  return { byJob, again };
}
