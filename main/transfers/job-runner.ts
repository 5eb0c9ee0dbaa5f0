import type { EngineEvent } from '../../shared/contract/events.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import type { JobState, SpeedSample, TransferRequest } from '../../shared/domain/transfer.ts';
import { type AppError, appError, isSignInNeeded } from '../../shared/errors.ts';
import { ok, type Result } from '../../shared/result.ts';
import { orAborted } from './deadlines.ts';
import { createRunDescriber } from './describe-run.ts';
import type { EndsOpener } from './job-ends.ts';
import { endHold, holdForSignIn, holdOffline, tryHeld } from './job-holds.ts';
import { createJobListener } from './job-listener.ts';
import { compareOrder } from './job-order.ts';
import type { JobPatch } from './journal.ts';
import { showParts } from './journaled-jobs.ts';
import type { LiveJob, StopReason } from './live-job.ts';
import { isUnreachable, waitsWhenOffline } from './offline.ts';
import { noQuestions } from './open-questions.ts';
import { createProgressTeller } from './progress-teller.ts';
import { runJob } from './run-job.ts';
import type { TransferPorts } from './running-job.ts';
import { createSpeedLog } from './speed-log.ts';

const maxRunningJobs = 4;

export type JobRunnerOptions = {
  /** All there are, in the order of their beginning; the runner changes what it holds, not which there are. */
  readonly jobs: ReadonlyMap<JobId, LiveJob>;
  readonly ports: TransferPorts;
  readonly openEnds: EndsOpener;
  readonly emit: (event: EngineEvent) => void;
  readonly changed: (job: LiveJob) => void;
  /** Changes a job here, for the window and in the journal. */
  readonly patch: (job: LiveJob, change: JobPatch) => Promise<Result<void>>;
  /** A job is done, and the journal knows. */
  readonly whenDone: (job: LiveJob) => Promise<unknown>;
};

/** Which jobs run, from the queue to an end or a wait. */
export type JobRunner = {
  /** Starts queued jobs while there is room. */
  readonly schedule: () => void;
  /** Puts a job that is stopped, failed or waiting back into the queue. */
  readonly enqueue: (job: LiveJob) => Promise<Result<void>>;
  /**
   * A job that waits for its network or a sign-in tries now, or once it has been stopped if it is just being paused: the
   * last word counts.
   */
  readonly goOn: (job: LiveJob) => Promise<Result<void>>;
  /** Stops a job however far it is; resolves once nothing of it moves any more. */
  readonly halt: (job: LiveJob, reason: StopReason) => Promise<void>;
  /** Somebody has signed in: what waited for that tries again. */
  readonly signedIn: () => void;
  readonly speed: () => readonly SpeedSample[];
  /** Brings what runs to a resumable point. Idempotent; false when it was closed before. */
  readonly close: () => Promise<boolean>;
};

export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { jobs, ports, openEnds, emit, changed, patch, whenDone } = options;
  const { journal, clock } = ports;
  const describeRun = createRunDescriber(ports);
  let closed = false;
  /** How often somebody has signed in. */
  let signIns = 0;

  const progressed = createProgressTeller<LiveJob>(clock, (job) => {
    if (jobs.has(job.record.id)) changed(job);
  });
  const running = () => [...jobs.values()].filter((job) => job.run !== null);
  const speedLog = createSpeedLog(clock, emit, running);

  function schedule(): void {
    if (closed) return;
    const queued = [...jobs.values()].filter(
      ({ run: running, cancelling, record }) => running === null && !cancelling && record.state === 'queued',
    );
    queued.sort((a, b) => compareOrder(a.record, b.record));
    for (const job of queued.slice(0, Math.max(0, maxRunningJobs - running().length))) launch(job);
  }

  function launch(job: LiveJob): void {
    const controller = new AbortController();
    const signInsBefore = signIns;
    const ended = run(job, controller.signal)
      .catch((error: unknown) => endWith(job, appError('UnexpectedFailure', {}, error)))
      // Nor can that be journaled: it is shown, and after a restart the job is interrupted.
      .catch(() => undefined)
      .then(async () => {
        const isWanted = job.run?.goesOn === true && job.record.state === 'paused';
        job.run = null;
        changed(job);
        // Somebody signed in while it was on its way to wait for that.
        const hasSignedIn = job.hold?.type === 'signIn' && signIns !== signInsBefore;
        if ((isWanted || hasSignedIn) && !job.cancelling) await enqueue(job);
        else schedule();
        return undefined;
      });
    job.run = { controller, ended, stopReason: null, goesOn: false };
    speedLog.wake();
  }

  async function run(job: LiveJob, signal: AbortSignal): Promise<void> {
    const opened = await orAborted(openEnds(job.record), signal);
    if (opened === null) return stop(job);
    if (!opened.ok) {
      if (mayWait(job.record.request, opened.error) && !signal.aborted) return wait(job, opened.error);
      endHold(job);
      // Nothing was tried: it waits for its connection, and says why.
      await patch(job, { state: 'interrupted', error: opened.error });
      return;
    }
    // Whoever asked died, or could not take the questions back: they are asked again.
    const asked = job.questions.count > 0 ? ok() : journal.updateFiles(job.record.id, ['waiting'], { state: 'queued' });
    const active = patch(job, { state: 'active', error: null, endedMs: null });
    for (const started of [await asked, await active]) if (!started.ok) return endWith(job, started.error);
    const { kind } = job.record.request;
    const runningJob = describeRun(job, opened.value, signal, (bytes, resumed) => {
      if (!resumed) {
        if (bytes > 0) endHold(job);
        job.meter.add(clock.nowMs(), bytes);
        speedLog.add(kind, bytes);
      }
      progressed(job);
    });
    const onAnswer = () => endHold(job);
    const listener = createJobListener({ job, clock, emit, changed: () => progressed(job), onAnswer });
    let outcome = await runJob(runningJob, job.record.planned, listener);
    while (outcome.type === 'ended' && job.again) {
      job.again = false;
      outcome = await runJob(runningJob, job.record.planned, listener);
    }
    listener.end();
    job.activeFiles.clear();
    // Sources may have changed their size, and writes may have failed: the journal's counts are those that add up.
    job.record = { ...job.record, counts: journal.job(job.record.id)?.counts ?? job.record.counts };
    if (outcome.type === 'offline' || outcome.type === 'signIn') return wait(job, outcome.error);
    endHold(job);
    if (outcome.type === 'failed') return endWith(job, outcome.error);
    if (outcome.type === 'stopped') return stop(job);
    if (job.questions.count > 0) return;
    const state: JobState = job.record.counts.filesFailed > 0 ? 'failed' : 'done';
    const ended = await patch(job, { state, endedMs: clock.nowMs() });
    if (ended.ok && state === 'done') await whenDone(job);
  }

  /** [T64], [T66] Nothing of it has failed, and it goes on by itself or once somebody has signed in. */
  async function wait(job: LiveJob, error: AppError): Promise<void> {
    showParts(job, journal);
    if (isSignInNeeded(error)) holdForSignIn(job, error);
    else holdOffline(job, error, clock, () => void enqueue(job));
    await patch(job, { state: 'active' });
    // Told to stop just now.
    if (job.run?.stopReason) await stop(job);
  }

  async function endWith(job: LiveJob, error: AppError): Promise<void> {
    endHold(job);
    await patch(job, { state: 'failed', error, endedMs: clock.nowMs() });
  }

  async function stop(job: LiveJob, reason: StopReason = job.run?.stopReason ?? 'close'): Promise<void> {
    job.questions = noQuestions;
    showParts(job, journal);
    // Questions are asked again when it goes on.
    await journal.updateFiles(job.record.id, ['waiting'], { state: 'queued' });
    if (reason === 'pause') await patch(job, { state: 'paused' });
    if (reason === 'close') await patch(job, { state: 'interrupted' });
  }

  async function halt(job: LiveJob, reason: StopReason): Promise<void> {
    endHold(job);
    const { run: current, record } = job;
    if (current !== null) {
      current.stopReason = reason;
      current.goesOn = false;
      current.controller.abort();
      await current.ended;
      endHold(job);
      return;
    }
    // One that only waits for answers has no run to stop.
    if (record.state === 'active') await stop(job, reason);
    else if (reason === 'pause' && record.state === 'queued') await patch(job, { state: 'paused' });
  }

  async function goOn(job: LiveJob): Promise<Result<void>> {
    const tryNow = () => (job.hold && !job.run && job.record.state === 'active' ? enqueue(job) : ok());
    if (!job.run) return tryNow();
    if (job.run.stopReason === 'pause') job.run.goesOn = true;
    // What tries just now is waited for: it may end without having reached anything.
    else void job.run.ended.then(tryNow);
    return ok();
  }

  async function enqueue(job: LiveJob): Promise<Result<void>> {
    tryHeld(job);
    const queued = await patch(job, { state: 'queued', error: null, endedMs: null });
    schedule();
    return queued;
  }

  return {
    schedule,
    enqueue,
    goOn,
    halt,
    signedIn() {
      signIns += 1;
      for (const job of jobs.values()) {
        if (job.hold?.type === 'signIn' && !job.run && job.record.state === 'active') void enqueue(job);
      }
    },
    speed: speedLog.samples,
    async close() {
      if (closed) return false;
      closed = true;
      speedLog.close();
      // What is being cancelled has been told to stop, and is waited for by who does that.
      const others = [...jobs.values()].filter(({ cancelling }) => !cancelling);
      await Promise.all(others.map((job) => halt(job, 'close')));
      return true;
    },
  };
}

function mayWait(request: TransferRequest, error: AppError): boolean {
  return isSignInNeeded(error) || (waitsWhenOffline(request) && isUnreachable(error));
}
