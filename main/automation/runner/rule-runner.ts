import { type JobId, type RuleId, type RunId } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { ok } from '../../../shared/result.ts';
import { eachInLanes, inLanes } from '../../in-lanes.ts';
import { pause } from '../../pause.ts';
import { newJobId } from '../../transfers/new-job.ts';
import type { RuleRecord, RunRecord } from '../rule-record.ts';
import { isMirrorDeletion, refuseDeletions } from '../mirror/limit-deletions.ts';
import { beginStep, causesOf, isOfOtherRule } from './begin-step.ts';
import { checkStart } from './check-start.ts';
import { asOutcome, failed, failedUnexpectedly } from './direct-context.ts';
import { createDirectSteps } from './direct-steps.ts';
import { isTransferAction } from './plan-transfer.ts';
import { createRecovery } from './recover-runs.ts';
import { chooseForJob, createRunPlanner, type PlannedRun } from './run-planner.ts';
import { createRunSettler, journalRetryMs } from './run-settler.ts';
import type { RunnerDeps } from './runner-deps.ts';
import { jobEnd, outcomesOf, requestOf, writesOf } from './transfer-batch.ts';
import type { PlannedWrite, StepOutcome } from './step-outcome.ts';

/** [A47] Batches of one rule side by side. */
const batchesOfARule = 4;
/** Runs that go in one transfer job: enough to be fast, few enough that one long file does not hold up many. */
const runsOfAJob = 500;
const runsOfADirectBatch = 100;
const directAtOnce = 16;
/** Until then an index may be open. */
const countAgainMs = 2000;
const clearRetryMs = 30_000;
/** The clock may be set while a timer runs. */
const longestTimerMs = 60_000;

export interface RuleRunner {
  /** From now on due runs of the rule, or of all rules, are begun; what a crash has cut off goes on first. Idempotent. */
  activate(which: RuleId | 'all'): Promise<void>;
  /** Something may be due. */
  wake(): void;
  /** What the rule is doing is cancelled: it was removed. */
  drop(ruleId: RuleId): Promise<void>;
  /** Begins nothing any more, and cuts off what is no transfer. */
  stop(): void;
  /** Resolves when nothing of it is under way; the transfers must have been closed before. */
  ended(): Promise<void>;
}

/** Does what runs ask for ([A40]-[A47]). */
export function createRuleRunner(deps: RunnerDeps): RuleRunner {
  const { journal, transfers, clock } = deps;
  const closing = new AbortController();
  const active = new Set<RuleId | 'all'>();
  const batches = new Map<RuleId, Set<Promise<void>>>();
  const claimed = new Set<RunId>();
  const jobsOf = new Map<RuleId, Set<JobId>>();
  /** Deletions of mirrors that cannot be counted yet. */
  const deletionsFromMs = new Map<RuleId, number>();
  let cancelTimer = (): void => undefined;
  let isTickDue = false;

  const settler = createRunSettler(deps, closing.signal);
  const planner = createRunPlanner(deps);
  const steps = createDirectSteps(deps, planner, closing.signal);
  const recovery = createRecovery(deps, { follow: followJob, settle: settleAll }, closing.signal);
  const isActive = ({ id }: RuleRecord): boolean => active.has('all') || active.has(id);

  function wake(): void {
    if (isTickDue || closing.signal.aborted) return;
    isTickDue = true;
    setImmediate(() => {
      isTickDue = false;
      try {
        tick();
      } catch (thrown) {
        // A journal that cannot be read.
        deps.onUnexpected('the runs of rules', thrown);
        cancelTimer = clock.setTimer(journalRetryMs, wake);
      }
    });
  }

  function tick(): void {
    if (closing.signal.aborted) return;
    cancelTimer();
    const nowMs = clock.nowMs();
    let next = Number.POSITIVE_INFINITY;
    for (const rule of deps.rules()) {
      if (!isActive(rule) || !deps.mayRun(rule)) continue;
      const isFull = beginBatches(rule, nowMs);
      if (!isFull) next = Math.min(next, journal.nextDueMs(rule.id, nowMs) ?? Number.POSITIVE_INFINITY);
      const fromMs = deletionsFromMs.get(rule.id);
      // Where as many run as may, it is looked again when one of them has ended.
      if (!isFull && fromMs !== undefined) next = Math.min(next, fromMs);
    }
    if (next !== Number.POSITIVE_INFINITY)
      cancelTimer = clock.setTimer(Math.min(Math.max(next - nowMs, 1), longestTimerMs), wake);
  }

  /** True: as many run as may; it is looked again when one of them has ended. */
  function beginBatches(rule: RuleRecord, nowMs: number): boolean {
    const running = batches.get(rule.id) ?? new Set();
    batches.set(rule.id, running);
    while (running.size < batchesOfARule) {
      const fromMs = deletionsFromMs.get(rule.id);
      const isHeld = fromMs !== undefined && nowMs < fromMs && fromMs - nowMs <= countAgainMs;
      if (!isHeld) deletionsFromMs.delete(rule.id);
      const due = journal
        .dueRuns(rule.id, nowMs, runsOfAJob + claimed.size, isHeld)
        .filter(({ id }) => !claimed.has(id));
      const [first] = due;
      if (first === undefined) return false;
      const stale = due.filter((run) => isOfOtherRule(rule, run));
      if (stale.length > 0) {
        launch(rule, stale, () => settleAll(rule, stale, { type: 'skipped', error: appError('RuleEdited') }));
        continue;
      }
      const isDeletion = isMirrorDeletion(rule, first);
      const same = due.filter((run) => run.step === first.step && isMirrorDeletion(rule, run) === isDeletion);
      if (isDeletion) {
        const some = same.slice(0, runsOfADirectBatch);
        launch(rule, some, () => runDeletions(rule, some));
        continue;
      }
      const action = rule.actions[first.step];
      if (action === undefined) launch(rule, same, () => settleAll(rule, same, { type: 'passed', detail: null }));
      else if (isTransferAction(action)) beginTransfers(rule, same);
      else {
        const some = same.slice(0, runsOfADirectBatch);
        launch(rule, some, () => runDirectBatch(rule, some));
      }
    }
    return true;
  }

  function launch(rule: RuleRecord, runs: readonly RunRecord[], work: () => Promise<void>): void {
    for (const { id } of runs) claimed.add(id);
    const running = batches.get(rule.id) ?? new Set();
    batches.set(rule.id, running);
    const ended = work()
      .catch((thrown: unknown) => recovery.afterThrown(rule, runs, thrown))
      .finally(() => {
        for (const { id } of runs) claimed.delete(id);
        running.delete(ended);
        wake();
      });
    running.add(ended);
  }

  /** Some of the runs at one step, in one job; one whose step cannot be planned is settled by itself. */
  function beginTransfers(rule: RuleRecord, runs: readonly RunRecord[]): void {
    const planned: PlannedRun[] = [];
    for (const run of runs) {
      const plan = planner.planOf(rule, run);
      if (plan === null) continue;
      if (plan.ok) planned.push({ run, planned: plan.value });
      else if (planned.length === 0) {
        launch(rule, [run], () => settleAll(rule, [run], asOutcome(plan.error, true)));
        return;
      }
    }
    const chosen = chooseForJob(planned, runsOfAJob);
    launch(
      rule,
      chosen.map(({ run }) => run),
      () => runTransfers(rule, chosen),
    );
  }

  async function runTransfers(rule: RuleRecord, chosen: readonly PlannedRun[]): Promise<void> {
    const fit = await whichMayStart(
      rule,
      chosen.map(({ run }) => run),
    );
    const left = chosen.flatMap(({ run: { id }, planned }) => {
      const run = fit.get(id);
      return run === undefined ? [] : [{ run, planned }];
    });
    if (left.length === 0 || closing.signal.aborted) return;
    const request = requestOf(left.map(({ planned }) => planned));
    const writes = await eachInLanes(left, directAtOnce, async ({ run, planned }) => ({
      run,
      writes: await writesOf(deps, request, planned.source, planned.target),
    }));
    const jobId = newJobId(deps.random);
    const runs = left.map(({ run }) => run);
    // [A41] Known before there is a job.
    if (!(await begin(rule, runs, jobId, writes))) return;
    const started = await transfers.start(request, jobId);
    if (!started.ok) {
      await settleAll(rule, runs, failed(started.error), writes);
      return;
    }
    // Removed in between, nobody has cancelled it.
    if (deps.rule(rule.id) === undefined) await transfers.cancel(jobId);
    await followJob(rule, jobId, runs);
  }

  /** From the beginning of a job, or from where a crash has cut it off, to its outcome. */
  async function followJob(rule: RuleRecord, jobId: JobId, runs: readonly RunRecord[]): Promise<void> {
    const jobs = jobsOf.get(rule.id) ?? new Set();
    jobsOf.set(rule.id, jobs.add(jobId));
    const job = await jobEnd(deps, jobId, closing.signal);
    jobs.delete(jobId);
    if (job === null && closing.signal.aborted) return;
    const { outcomes, writes } = await outcomesOf(
      deps,
      jobId,
      job,
      runs,
      (run) => planner.sourceOf(rule, run),
      closing.signal,
    );
    if (closing.signal.aborted) return;
    const settled = await settler.settle(
      rule,
      runs.map((run) => ({
        run,
        outcome: outcomes.get(run.id) ?? failed(appError('UnexpectedFailure', { jobId })),
        writes: writes.get(run.id) ?? [],
      })),
    );
    // Only what is known to be known may be forgotten.
    if (settled && job !== null) await clear(jobId);
  }

  /** Tried again and again, beside what goes on, where its journal or its temporary files refuse it just now. */
  async function clear(jobId: JobId): Promise<void> {
    if ((await transfers.clear(jobId)).ok) return;
    const later = async (): Promise<void> => {
      while (await pause(clock, clearRetryMs, closing.signal)) if ((await transfers.clear(jobId)).ok) return;
    };
    later().catch((thrown: unknown) => deps.onUnexpected(`clearing job ${jobId}`, thrown));
  }

  /** [A62] Nothing, until a person says otherwise, when it would be too many. */
  async function runDeletions(rule: RuleRecord, runs: readonly RunRecord[]): Promise<void> {
    // What a person has said is meant need not be counted.
    const isCounted = journal.waitingRemovals(rule.id, rule.deletesMeantThrough) > 0;
    const present = isCounted ? await deps.present(rule) : ok(0);
    if (!present.ok) {
      // They wait as they are: journaled each time they would be for as long as a server is away.
      deletionsFromMs.set(rule.id, clock.nowMs() + countAgainMs);
      return;
    }
    const stoppedBy = isCounted ? refuseDeletions(rule, journal, present.value) : null;
    if (stoppedBy === null) return runDirectBatch(rule, runs);
    const noted = await journal.change({ rule: { id: rule.id, patch: { stoppedBy } } });
    if (!noted.ok) deps.onUnexpected(`journal of rule ${rule.id}`, noted.error);
    deps.notePatch(rule.id, { stoppedBy });
  }

  async function runDirectBatch(rule: RuleRecord, runs: readonly RunRecord[]): Promise<void> {
    const fit = await whichMayStart(rule, runs);
    const left = runs.flatMap(({ id }) => fit.get(id) ?? []);
    if (left.length === 0 || closing.signal.aborted) return;
    for (const run of left) steps.noteBegun(run);
    const writes = await eachInLanes(left, directAtOnce, async (run) => ({
      run,
      writes: await steps.writes(rule, run, null),
    }));
    if (!(await begin(rule, left, null, writes))) return;
    const results = await eachInLanes(left, directAtOnce, async (run) => {
      let outcome: StepOutcome | null = null;
      try {
        outcome = await steps.run(rule, run);
        return { run, outcome, writes: await steps.writes(rule, run, outcome) };
      } catch (thrown) {
        // Of one run, not of all that began with it; what was done is.
        deps.onUnexpected(`rule ${rule.id}`, thrown);
        return { run, outcome: outcome ?? failedUnexpectedly(thrown), writes: [] };
      }
    });
    // Cut off, they are done again.
    if (!closing.signal.aborted) await settler.settle(rule, results);
  }

  /** Those that begin now, with what has led to them; the others have been settled. */
  async function whichMayStart(rule: RuleRecord, runs: readonly RunRecord[]): Promise<ReadonlyMap<RunId, RunRecord>> {
    const fit = new Map<RunId, RunRecord>();
    const refused: { readonly run: RunRecord; readonly outcome: StepOutcome; readonly writes: [] }[] = [];
    await inLanes(runs, directAtOnce, async (run) => {
      const isFirst = run.step === 0 && run.startedMs === null;
      const checked = isFirst ? await mayBegin(rule, run) : null;
      if (checked === null) fit.set(run.id, run);
      else if (checked.type === 'begins') fit.set(run.id, { ...run, causes: checked.causes });
      else refused.push({ run, outcome: checked, writes: [] });
    });
    if (refused.length > 0 && !closing.signal.aborted) await settler.settle(rule, refused);
    return fit;
  }

  async function mayBegin(rule: RuleRecord, run: RunRecord): ReturnType<typeof checkStart> {
    try {
      return await checkStart(deps, rule, run, closing.signal);
    } catch (thrown) {
      deps.onUnexpected(`rule ${rule.id}`, thrown);
      return failedUnexpectedly(thrown);
    }
  }

  /** Whether nobody has skipped it, or removed its rule, while it was looked at. */
  function isAsItWas({ id, state }: RunRecord): boolean {
    return journal.run(id)?.state === state;
  }

  /** [A40] False: it could not be journaled; the runs wait for the next try. */
  async function begin(
    rule: RuleRecord,
    runs: readonly RunRecord[],
    jobId: JobId | null,
    writes: readonly { readonly run: RunRecord; readonly writes: readonly PlannedWrite[] }[],
  ): Promise<boolean> {
    // Removed, paused or edited while it was looked at what may begin: the runs wait.
    const latest = deps.rule(rule.id);
    if (latest === undefined || !deps.mayRun(latest) || latest.revision !== rule.revision) return false;
    // Meanwhile one of them was skipped, or one before it retried: the others begin with the next try.
    if (!runs.every((run) => isAsItWas(run) && !journal.hasEarlierOpen(run))) return false;
    const nowMs = clock.nowMs();
    const begun = await journal.change({
      runs: runs.map((run) => ({
        id: run.id,
        patch: {
          state: 'running',
          revision: rule.revision,
          nextMs: null,
          startedMs: run.startedMs ?? nowMs,
          ...causesOf(run),
        },
      })),
      steps: runs.map((run) => ({ runId: run.id, position: run.step, step: beginStep(rule, run, jobId, nowMs) })),
      beginWrites: writes.flatMap(({ run, writes: planned }) =>
        planned.map((write) => ({ ...write, runId: run.id, causes: [...run.causes, rule.id], begunMs: nowMs })),
      ),
    });
    if (begun.ok) {
      deps.onRunsChanged(
        rule.id,
        runs.map(({ id }) => id),
      );
      return true;
    }
    deps.onUnexpected(`journal of rule ${rule.id}`, begun.error);
    await pause(clock, journalRetryMs, closing.signal);
    return false;
  }

  async function settleAll(
    rule: RuleRecord,
    runs: readonly RunRecord[],
    outcome: StepOutcome,
    begun: readonly { readonly run: RunRecord; readonly writes: readonly PlannedWrite[] }[] = [],
  ): Promise<void> {
    const writesOfRun = new Map(begun.map(({ run, writes }) => [run.id, writes]));
    await settler.settle(
      rule,
      runs.map((run) => ({
        run,
        outcome,
        writes: (writesOfRun.get(run.id) ?? []).map((write) => ({ ...write, wrote: null })),
      })),
    );
  }

  /** Jobs of rules that no run waits for: their outcome is in the history, or their rule is gone. */
  async function clearOrphans(): Promise<void> {
    for (const job of transfers.list()) {
      if (job.ruleId === undefined) continue;
      // The runs of a removed rule go a few at a time.
      if (deps.rule(job.ruleId) !== undefined && journal.runsOfJob(job.id).length > 0) continue;
      if (jobsOf.get(job.ruleId)?.has(job.id) === true) continue;
      await transfers.cancel(job.id);
      await clear(job.id);
    }
  }

  return {
    async activate(which) {
      if (active.has('all') || active.has(which)) return;
      active.add(which);
      for (const rule of deps.rules()) {
        if (which !== 'all' && rule.id !== which) continue;
        for (const { runs, work } of recovery.ofCrash(rule)) launch(rule, runs, work);
      }
      wake();
      if (which === 'all') await clearOrphans();
    },
    wake,
    async drop(ruleId) {
      for (const jobId of jobsOf.get(ruleId) ?? []) await transfers.cancel(jobId);
    },
    stop() {
      closing.abort();
      cancelTimer();
    },
    async ended() {
      await Promise.all([...batches.values()].flatMap((running) => [...running]));
    },
  };
}
