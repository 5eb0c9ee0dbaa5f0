import type { JobId } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../rule-record.ts';
import type { RunnerDeps } from './runner-deps.ts';

export type CutOffRuns = {
  /** Their jobs are there: they go on, or tell their outcome. */
  readonly byJob: ReadonlyMap<JobId, readonly RunRecord[]>;
  /** Nothing has been done of their step, or it may be done again. */
  readonly again: readonly RunRecord[];
};

/** [A40] [A41] Of runs that were cut off, by a crash or by what was thrown, what becomes of which. */
export function findCutOff(
  { journal, transfers }: Pick<RunnerDeps, 'journal' | 'transfers'>,
  runs: readonly RunRecord[],
): CutOffRuns {
  const byJob = new Map<JobId, RunRecord[]>();
  const again: RunRecord[] = [];
  const known = new Set(transfers.list().map(({ id }) => id));
  for (const run of runs) {
    const step = journal.steps(run.id).find(({ position }) => position === run.step);
    const jobId = step?.state === 'running' ? step.jobId : null;
    if (jobId !== null && known.has(jobId)) byJob.set(jobId, [...(byJob.get(jobId) ?? []), run]);
    else again.push(run);
  }
  return { byJob, again };
}
