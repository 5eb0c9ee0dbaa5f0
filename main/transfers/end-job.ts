import type { Clock } from '../../shared/domain/clock.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import { endedJobStates } from '../../shared/domain/transfer.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { JobCleaner } from './clean-job.ts';
import { afterGrace, createPatience, stopGraceMs } from './deadlines.ts';
import type { EndsOpener } from './job-ends.ts';
import type { JobRunner } from './job-runner.ts';
import type { JobPatch, TransferJournal } from './journal.ts';
import type { LiveJob } from './live-job.ts';

/** A server that does answer, but slowly, is not waited for longer than this: what is left is an orphan's clean-up. */
const cleanUpMs = 30_000;

/**
 * Ends jobs for good, and takes away what they have begun ([T8]). A server that says nothing for five seconds is asked
 * no more; what it still has stays noted ([T46]).
 */
export type JobEnder = {
  /** Idempotent. The journal knows before anything is taken away: whatever comes after, it is not gone on with. */
  readonly cancel: (job: LiveJob) => Promise<Result<void>>;
  /** Of a job that has ended, or is about to. Idempotent. A temporary file that cannot be removed keeps its job. */
  readonly clear: (job: LiveJob) => Promise<Result<void>>;
  /** Resolves when none is being cancelled or cleared; silent servers have five seconds from now. */
  readonly close: () => Promise<void>;
};

export function createJobEnder(options: {
  readonly jobs: ReadonlyMap<JobId, LiveJob>;
  readonly journal: TransferJournal;
  readonly clock: Clock;
  readonly cleaner: JobCleaner;
  readonly openEnds: EndsOpener;
  readonly halt: JobRunner['halt'];
  readonly patch: (job: LiveJob, change: JobPatch) => Promise<Result<void>>;
  /** The journal has no such job any more: neither has the list. */
  readonly forget: (job: LiveJob) => void;
}): JobEnder {
  const { jobs, journal, clock, cleaner, openEnds, halt, patch, forget } = options;
  const underWay = new Map<LiveJob, Promise<Result<void>>>();
  const closing = new AbortController();
  const closed = afterGrace(closing.signal, clock);

  /** Started again meanwhile, the job would run on without being known to anybody. */
  function ending(job: LiveJob, work: () => Promise<Result<void>>): Promise<Result<void>> {
    job.cancelling = true;
    const ended = work().finally(() => {
      job.cancelling = false;
      underWay.delete(job);
    });
    underWay.set(job, ended);
    return ended;
  }

  async function cleanUp(job: LiveJob): Promise<Result<void>> {
    // Most have nothing: a connection that does not open is not waited for then.
    if (journal.filesWithLeftovers(job.record.id, -1, 1).length === 0) return ok();
    const tooLong = new AbortController();
    const takeBack = clock.setTimer(cleanUpMs, () => tooLong.abort());
    const patience = createPatience(clock, stopGraceMs, AbortSignal.any([tooLong.signal, closed.signal]));
    try {
      const ends = await patience.wait(() => openEnds(job.record));
      return await cleaner.discardUnfinished(job.record, ends?.ok === true ? ends.value.target : null, patience);
    } finally {
      takeBack();
    }
  }

  async function cancel(job: LiveJob): Promise<Result<void>> {
    await halt(job, 'cancel');
    // Its last file may have been done before the signal came.
    if (job.record.state === 'done') return ok();
    // Its files are cancelled by this alone: without itself, it would go on after a crash and be done without them.
    const cancelled = await patch(job, { state: 'cancelled', endedMs: clock.nowMs() });
    if (!cancelled.ok) return cancelled;
    await cleanUp(job);
    await cleaner.removeSpool(job.record.request);
    return ok();
  }

  async function clear(job: LiveJob): Promise<Result<void>> {
    const { id, state, request } = job.record;
    const discarded = state === 'done' ? ok() : await cleanUp(job);
    // Forgotten with its job, the temporary file would stay for good.
    if (!discarded.ok) return discarded;
    await cleaner.removeSpool(request);
    const removed = await journal.removeJob(id);
    if (removed.ok) forget(job);
    return removed;
  }

  return {
    cancel(job) {
      if (endedJobStates.includes(job.record.state) || job.cancelling) return Promise.resolve(ok());
      return ending(job, () => cancel(job));
    },
    async clear(job) {
      // Who cancels it takes the same things away; who clears it leaves nothing to be done.
      for (let other = underWay.get(job); other; other = underWay.get(job)) await Promise.allSettled([other]);
      if (!jobs.has(job.record.id) || !endedJobStates.includes(job.record.state)) return ok();
      return ending(job, () => clear(job));
    },
    async close() {
      closing.abort();
      while (underWay.size > 0) await Promise.allSettled(underWay.values());
      closed.dispose();
    },
  };
}
