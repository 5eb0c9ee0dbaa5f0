import type { JobId } from '../../../shared/domain/ids.ts';
import { pause } from '../../pause.ts';
import type { RuleRecord, RunRecord } from '../rule-record.ts';
import { failedUnexpectedly } from './direct-context.ts';
import { journalRetryMs } from './run-settler.ts';
import type { RunnerDeps } from './runner-deps.ts';
import type { StepOutcome } from './step-outcome.ts';

/** More than a rule can have under way. */
const mostRunning = 1_000_000;
/** What has thrown once may throw again at once. */
const followAgainMs = 10_000;

type CutOffRuns = {
  /** Their jobs are there: they go on, or tell their outcome. */
  readonly byJob: ReadonlyMap<JobId, readonly RunRecord[]>;
  /** Nothing has been done of their step, or it may be done again. */
  readonly again: readonly RunRecord[];
};

type RecoveryPorts = {
  /** To the outcome of the job, and to its end in the journal. */
  readonly follow: (rule: RuleRecord, jobId: JobId, runs: readonly RunRecord[]) => Promise<void>;
  readonly settle: (rule: RuleRecord, runs: readonly RunRecord[], outcome: StepOutcome) => Promise<void>;
};

/** [A40] [A41] [A44] [A45] What becomes of runs that were cut off: by a crash, or by what was thrown. */
export function createRecovery(
  deps: Pick<RunnerDeps, 'journal' | 'transfers' | 'clock' | 'onUnexpected'>,
  { follow, settle }: RecoveryPorts,
  closing: AbortSignal,
) {
  const { journal, transfers, clock } = deps;

  function findCutOff(runs: readonly RunRecord[]): CutOffRuns {
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

  async function beginAgain(rule: RuleRecord, cutOff: readonly RunRecord[]): Promise<void> {
    const runs = cutOff.map(({ id }) => ({ id, patch: { state: 'waiting' as const } }));
    for (;;) {
      const changed = await journal.change({ runs });
      if (changed.ok) return;
      deps.onUnexpected(`journal of rule ${rule.id}`, changed.error);
      if (!(await pause(clock, journalRetryMs, closing))) return;
    }
  }

  async function goOn(rule: RuleRecord, jobId: JobId, runs: readonly RunRecord[]): Promise<void> {
    // What a person has paused stays so.
    const job = transfers.list().find(({ id }) => id === jobId);
    if (job?.state === 'interrupted') await transfers.resume(jobId);
    await follow(rule, jobId, runs);
  }

  return {
    /** What the last engine was in the middle of, and what is to be done with it. */
    ofCrash(rule: RuleRecord): { readonly runs: readonly RunRecord[]; readonly work: () => Promise<void> }[] {
      const { byJob, again } = findCutOff(journal.runsIn(rule.id, ['running'], mostRunning));
      return [
        ...(again.length > 0 ? [{ runs: again, work: () => beginAgain(rule, again) }] : []),
        ...[...byJob].map(([jobId, runs]) => ({ runs, work: () => goOn(rule, jobId, runs) })),
      ];
    },

    /** Those whose job is there follow it; what is left of the others has failed, for a person to see, and is tried again. */
    async afterThrown(rule: RuleRecord, runs: readonly RunRecord[], thrown: unknown): Promise<void> {
      for (let reason = thrown; ; ) {
        deps.onUnexpected(`rule ${rule.id}`, reason);
        // Cut off, they are done again.
        if (closing.aborted) return;
        try {
          const open = runs.flatMap(({ id }) => journal.run(id) ?? []).filter(isOpen);
          const { byJob, again } = findCutOff(open);
          await settle(rule, again, failedUnexpectedly(reason));
          for (const [jobId, ofJob] of byJob)
            if (await pause(clock, followAgainMs, closing)) await follow(rule, jobId, ofJob);
          return;
        } catch (thrownAgain) {
          reason = thrownAgain;
          if (!(await pause(clock, followAgainMs, closing))) return;
        }
      }
    },
  };
}

function isOpen({ state }: RunRecord): boolean {
  return state === 'waiting' || state === 'running';
}
