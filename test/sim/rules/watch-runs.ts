import type { RuleJournal } from '../../../main/automation/rule-journal.ts';
import type { RunChange, RunRecord } from '../../../main/automation/rule-record.ts';
import { isUnreachable } from '../../../main/transfers/offline.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { JournalWatch } from '../journal.ts';
import type { RuleWorld } from './rule-world.ts';

const [tries, failuresThatStop] = [5, 10];

type RuleRow = { readonly failures_in_row: number; readonly stopped_by: string | null };

/** The rules for jobs, and that the runs that are to know one of them do so before it begins. */
export function watchRuleJobs(world: RuleWorld, jobs: JournalWatch): JournalWatch {
  const runsOfJob = world.db.prepare('SELECT count(*) FROM rule_step WHERE job_id = ?').pluck();
  return {
    ...jobs,
    onJobCreated(job) {
      if ((runsOfJob.get(job.id) as number) === 0 && world.removedRules === 0)
        world.violate(`[A41] ${job.id} of ${job.request.ruleId} begins, and no run knows of it`);
      jobs.onJobCreated(job);
    },
  };
}

/** The journal, with the rules for how runs end, each checked when it is on the disk. */
export function watchRuns(world: RuleWorld, journal: RuleJournal): RuleJournal {
  const ruleRow = world.db.prepare('SELECT failures_in_row, stopped_by FROM rule WHERE id = ? AND removed = 0');

  const openBefore = world.db
    .prepare(
      `SELECT id FROM rule_run WHERE rule_id = ? AND subject_key = ? AND id < ? AND state IN ('waiting', 'running')`,
    )
    .pluck();
  /** [A47] */
  function checkTurn(run: RunRecord): void {
    const { id, ruleId, event } = run;
    const before = openBefore.get(ruleId, event.key, id) as number | undefined;
    if (before !== undefined && run.state === 'waiting' && event.key !== null)
      world.violate(`[A47] run ${id} of ${ruleId} begins before ${before} has ended, which is about ${event.key} too`);
  }

  /** [A45] */
  function checkFailure(runId: number, error: AppError, attempts: number): void {
    const waits = isUnreachable(error) || (error.retry === 'ask' && error.code !== 'TargetExists');
    if (waits) world.violate(`[A45] run ${runId} failed for want of a network or a sign-in: ${error.code}`);
    if (['backoff', 'reauth'].includes(error.retry) && attempts + 1 < tries)
      world.violate(`[A45] run ${runId} failed after ${attempts + 1} tries: ${error.code}`);
    if (error.code === 'UnexpectedFailure') world.violate(`unexpected in run ${runId}: ${JSON.stringify(error)}`);
  }

  /** [A46] Counted anew, from the runs that end. */
  function checkCount({ runs = [], steps = [], rule }: RunChange, before: RuleRow): void {
    if (rule?.patch.failuresInRow === undefined) return;
    let count = before.failures_in_row;
    let mostInRow = count;
    for (const { id, patch } of runs) {
      if (patch.state === 'done') count = 0;
      if (patch.state === 'failed' && steps.some(({ runId }) => runId === id)) count += 1;
      mostInRow = Math.max(mostInRow, count);
    }
    if (count !== rule.patch.failuresInRow)
      world.violate(`[A46] ${count} runs of ${rule.id} failed in a row, ${rule.patch.failuresInRow} are journaled`);
    // What is not written stays.
    const { stoppedBy } = rule.patch;
    const isStopped = stoppedBy === undefined ? before.stopped_by !== null : stoppedBy !== null;
    if (isStopped && mostInRow < failuresThatStop && before.stopped_by === null)
      world.violate(`[A46] ${rule.id} stopped after ${mostInRow} failures`);
    if (!isStopped && mostInRow >= failuresThatStop)
      world.violate(`[A46] ${rule.id} goes on after ${mostInRow} failures`);
  }

  return {
    ...journal,
    async change(change) {
      const before = ruleRow.get(change.rule?.id ?? '') as RuleRow | undefined;
      const told = new Map((change.runs ?? []).map(({ id }) => [id, journal.run(id)]));
      // As it is when it is decided: one before it may be retried until it is on the disk.
      for (const { id, patch } of change.runs ?? []) {
        const was = told.get(id);
        if (patch.state === 'running' && was) checkTurn(was);
      }
      const changed = await journal.change(change);
      if (!changed.ok) return changed;
      const { runs = [], steps = [] } = change;
      for (const { id, patch } of runs) {
        const was = told.get(id);
        world.trace.note(
          world.scheduler.nowMs(),
          `run ${id} ${patch.state} ${patch.step ?? ''} ${patch.error?.code ?? ''}`,
        );
        if (patch.state === 'failed' && patch.error && steps.length > 0)
          checkFailure(id, patch.error, was?.attempts ?? 0);
      }
      if (before !== undefined && steps.length > 0) checkCount(change, before);
      return changed;
    },
  };
}
