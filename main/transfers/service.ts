import { sep } from 'node:path';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock, Random } from '../../shared/domain/clock.ts';
import type { FileId, JobId } from '../../shared/domain/ids.ts';
import {
  type ConflictAnswer,
  endedJobStates,
  type FileState,
  type FileView,
  type JobState,
  type JobView,
  type SpeedSample,
  type TransferRequest,
} from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { PathRules } from '../../shared/domain/key-path.ts';
import type { RangeTransport } from '../s3/data-plane/transport.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import { createJobCleaner } from './clean-job.ts';
import { type ConflictSides, conflictSidesOf } from './conflict-sides.ts';
import { createJobEnder } from './end-job.ts';
import type { FileRecord, JobPatch, TransferJournal } from './journal.ts';
import { journaledStates, restoreJobs } from './journaled-jobs.ts';
import { fileView, jobView, type LiveJob, liveJob } from './live-job.ts';
import { createEndsOpener, type FindEnvironment } from './job-ends.ts';
import type { LocalFiles } from './files/local-files.ts';
import { createJobRunner } from './job-runner.ts';
import { type PartSizes, standardPartSizes } from './part-plan.ts';
import { repeatRefusal, withTarget } from './repeat-job.ts';
import { closeQuestion, noQuestions, openQuestion, passQuestion, recountQuestions } from './open-questions.ts';
import { createOrderCommands, type OrderCommands } from './job-order.ts';
import { newJob, newJobId } from './new-job.ts';
import { createJobWaits } from './job-waits.ts';
import { refuseCopy } from './refuse-copy.ts';
import { createRequestGate } from './request-gate.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts';

export type TransferServiceOptions = {
  readonly journal: TransferJournal;
  readonly opener: ConnectionOpener;
  readonly transport: RangeTransport;
  readonly files: LocalFiles;
  readonly clock: Clock;
  readonly random: Random;
  readonly pathRules: PathRules;
  /** Absolute; dropped files of the web host lie below it. */
  readonly spoolFolder: string;
  readonly emit: (event: EngineEvent) => void;
  /** A known environment connection for the server of a job whose own is gone; null when there is none. */
  readonly findEnvironment?: FindEnvironment;
  readonly retryPolicy?: RetryPolicy;
  readonly partSizes?: PartSizes;
  /** What all requests together may hold in memory ([T41]). */
  readonly memoryBudgetBytes?: number;
};

/** The transfer commands of the contract, by their names there. */
export type TransferService = OrderCommands & {
  /** `jobId`: the one it is to have, where its owner must know it again after a crash; of a job that is there already nothing is done. */
  start(request: TransferRequest, jobId?: JobId): Promise<Result<{ jobId: JobId }>>;
  /** Resolves once the job stands still (ended, paused, interrupted), with what it is then; null: there is no such job (any more). */
  whenStill(jobId: JobId): Promise<JobView | null>;
  /** A job's request, and the first of its files as the journal has them; null: there is no such job. */
  outcomes(
    jobId: JobId,
    atMost: number,
  ): { readonly request: TransferRequest; readonly files: readonly FileRecord[] } | null;
  list(): readonly JobView[];
  speed(): readonly SpeedSample[];
  files(query: {
    readonly jobId: JobId;
    readonly states?: readonly FileState[] | undefined;
    readonly withReason?: boolean | undefined;
    readonly from: number;
    readonly count: number;
  }): Result<{ files: FileView[]; total: number }>;
  /** Without a job: all that run. Idempotent. */
  pause(jobId?: JobId): Promise<Result<void>>;
  /** Without a job: all that are paused or interrupted. One that waits for the network tries at once. */
  resume(jobId?: JobId): Promise<Result<void>>;
  /** Somebody has signed in: what waited for that tries again. */
  signedIn(): void;
  /** Ends it; its uploads are aborted and its temporary files removed, what is done stays. */
  cancel(jobId: JobId): Promise<Result<void>>;
  retry(jobId: JobId): Promise<Result<void>>;
  /**
   * The same request as a new job, with nothing answered yet; a download also into another folder. JobNotEnded;
   * UploadNotKept for what came from a browser.
   */
  again(jobId: JobId, folder?: string): Promise<Result<{ jobId: JobId }>>;
  clear(jobId?: JobId): Promise<Result<void>>;
  answer(jobId: JobId, fileId: FileId, answer: ConflictAnswer, applyToAll: boolean): Promise<Result<void>>;
  /** Where both sides of an open question are; null when it is not open (any more). */
  conflictSides(jobId: JobId, fileId: FileId): ConflictSides | null;
  /** Brings what runs to a resumable point, and what is being cancelled or cleared to its end. Idempotent. */
  close(): Promise<void>;
};

/** Eight parts of 8 MiB. */
const standardMemoryBudgetBytes = 64 * 1024 * 1024;

export function createTransferService(options: TransferServiceOptions): TransferService {
  const { journal, clock, emit } = options;
  const jobs = restoreJobs(journal);
  const priorityOf = (id: string) => jobs.get(id as JobId)?.record.priority ?? 'normal';
  const gate = createRequestGate(options.memoryBudgetBytes ?? standardMemoryBudgetBytes, priorityOf, clock);
  const cleaner = createJobCleaner(options);
  const { retryPolicy = defaultRetryPolicy, partSizes = standardPartSizes } = options;
  const openEnds = createEndsOpener(options.opener, options.findEnvironment ?? (() => null));
  const separator = sep === '\\' ? '\\' : '/';

  const view = (job: LiveJob): JobView => jobView(job, clock.nowMs(), separator);
  const waits = createJobWaits();
  const changed = (job: LiveJob) => {
    const now = view(job);
    emit({ type: 'transfers.job', job: now });
    waits.tell(job.record.id, now);
  };

  async function patch(job: LiveJob, change: JobPatch): Promise<Result<void>> {
    job.record = { ...job.record, ...change };
    changed(job);
    return journal.updateJob(job.record.id, change);
  }

  const runner = createJobRunner({
    jobs,
    ports: { ...options, gate, retryPolicy, partSizes },
    openEnds,
    emit,
    changed,
    patch,
    // What the journal does not know to be done would be looked for after a restart.
    whenDone: (job) => cleaner.removeSpool(job.record.request),
  });
  const { enqueue, halt } = runner;
  const ender = createJobEnder({
    ...options,
    jobs,
    cleaner,
    openEnds,
    halt,
    patch,
    forget(job) {
      const jobId = job.record.id;
      jobs.delete(jobId);
      emit({ type: 'transfers.jobRemoved', jobId });
      waits.tell(jobId, null);
    },
  });

  function find(jobId: JobId): Result<LiveJob> {
    const job = jobs.get(jobId);
    return job ? ok(job) : err(appError('JobNotFound', { jobId }));
  }

  async function forEach(
    jobId: JobId | undefined,
    states: readonly JobState[],
    act: (job: LiveJob) => Promise<Result<void>>,
  ): Promise<Result<void>> {
    if (jobId !== undefined) {
      const job = find(jobId);
      if (!job.ok) return job;
      return states.includes(job.value.record.state) ? act(job.value) : ok();
    }
    const chosen = [...jobs.values()].filter((job) => states.includes(job.record.state));
    const results = await Promise.all(chosen.map(act));
    return results.find((result) => !result.ok) ?? ok();
  }

  /** What is being cancelled or cleared is not to be told anything else. */
  const unlessEnding = (act: (job: LiveJob) => Promise<Result<void>>) => (job: LiveJob) =>
    job.cancelling ? Promise.resolve(ok()) : act(job);

  async function start(request: TransferRequest, jobId = newJobId(options.random)): Promise<Result<{ jobId: JobId }>> {
    if (jobs.has(jobId)) return ok({ jobId });
    const opened = await openEnds({ request, endpointUrl: null, region: null });
    if (!opened.ok) return opened;
    const refused = refuseCopy(request, opened.value.oneServer);
    if (refused !== null) return err(refused);
    const place = {
      nowMs: clock.nowMs(),
      position: Math.max(0, ...[...jobs.values()].map((job) => job.record.position + 1)),
    };
    const record = newJob(jobId, request, opened.value, place);
    const created = await journal.createJob(record);
    if (!created.ok) return created;
    const job = liveJob(record);
    jobs.set(record.id, job);
    changed(job);
    runner.schedule();
    return ok({ jobId: record.id });
  }

  return {
    start,
    whenStill(jobId) {
      const job = jobs.get(jobId);
      return waits.whenStill(jobId, job === undefined ? null : view(job));
    },
    outcomes(jobId, atMost) {
      const job = jobs.get(jobId);
      if (job === undefined) return null;
      return { request: job.record.request, files: journal.files(jobId, { from: 0, count: atMost }).files };
    },
    ...createOrderCommands({ jobs, find, patch }),
    async again(jobId, folder) {
      const job = find(jobId);
      if (!job.ok) return job;
      const { request, state } = job.value.record;
      const refused = repeatRefusal(request, state);
      if (refused !== null) return err(refused);
      const wanted = folder === undefined ? ok(request) : withTarget(request, folder, options.pathRules);
      return wanted.ok ? start(wanted.value) : wanted;
    },
    list: () => [...jobs.values()].map(view),
    speed: runner.speed,
    files({ jobId, states, withReason, from, count }) {
      const job = find(jobId);
      if (!job.ok) return job;
      const { files, total } = journal.files(jobId, {
        states: states && journaledStates(states),
        withReason,
        from,
        count,
      });
      const views = files.map((file) => fileView(job.value, file));
      return ok({ files: states ? views.filter((file) => states.includes(file.state)) : views, total });
    },
    pause: (jobId) =>
      forEach(
        jobId,
        ['active', 'queued'],
        unlessEnding(async (job) => {
          await halt(job, 'pause');
          return ok();
        }),
      ),
    async resume(jobId) {
      const tried = await forEach(jobId, ['active'], unlessEnding(runner.goOn));
      return tried.ok ? forEach(jobId, ['paused', 'interrupted'], unlessEnding(enqueue)) : tried;
    },
    signedIn: runner.signedIn,
    async cancel(jobId) {
      const job = find(jobId);
      return job.ok ? ender.cancel(job.value) : job;
    },
    async retry(jobId) {
      const job = find(jobId);
      if (!job.ok) return job;
      if (job.value.record.state !== 'failed' || job.value.cancelling) return ok();
      const reset = await journal.updateFiles(jobId, ['failed'], { state: 'queued', error: null });
      if (!reset.ok) return reset;
      job.value.record = journal.job(jobId) ?? job.value.record;
      return enqueue(job.value);
    },
    clear: (jobId) => forEach(jobId, endedJobStates, ender.clear),
    async answer(jobId, fileId, answer, applyToAll) {
      const job = find(jobId);
      if (!job.ok) return job;
      const live = job.value;
      if (live.cancelling || endedJobStates.includes(live.record.state)) return ok();
      if (applyToAll) {
        const saved = await patch(live, { answerForAll: answer });
        if (!saved.ok) return saved;
      }
      if (live.questions.count === 0 || (!applyToAll && openQuestion(live, journal, fileId) === null)) return ok();
      const saving = applyToAll
        ? journal.updateFiles(jobId, ['waiting'], { state: 'queued' })
        : journal.updateFile(fileId, { state: 'queued', answer });
      // They count as open until the answers are on the disk: a run that comes to its end meanwhile is not done.
      if (applyToAll) live.questions = { ...live.questions, shown: null };
      else passQuestion(live, journal, fileId);
      const saved = await saving;
      if (!saved.ok) recountQuestions(live, journal);
      else if (applyToAll) live.questions = noQuestions;
      else closeQuestion(live);
      changed(live);
      // Also when it was not saved as a whole: what was goes on.
      const goOn = () =>
        live.run === null && !live.cancelling && live.record.state === 'active' ? enqueue(live) : ok();
      if (live.run === null) {
        const gone = await goOn();
        return saved.ok ? gone : saved;
      }
      live.again = true;
      // It may have looked for the last time.
      void live.run.ended.then(() => {
        if (!live.again) return ok();
        live.again = false;
        return goOn();
      });
      return saved;
    },
    conflictSides(jobId, fileId) {
      const job = jobs.get(jobId);
      const file = job ? openQuestion(job, journal, fileId) : null;
      return job && file ? conflictSidesOf(job.record.request, file) : null;
    },
    async close() {
      // Both at once: each gives a silent server its five seconds.
      const [isFirst] = await Promise.all([runner.close(), ender.close()]);
      waits.close();
      if (isFirst) await options.transport.close();
    },
  };
}
