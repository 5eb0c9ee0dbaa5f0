import { type AppError, appError, isSignInNeeded } from '../../shared/errors.ts';
import type { FileState } from '../../shared/domain/transfer.ts';
import { assertNever, err, ok, type Result } from '../../shared/result.ts';
import { copyFile } from './copy-file.ts';
import { afterGrace } from './deadlines.ts';
import { downloadFile, nameTemps } from './download-file.ts';
import { createBucketHint } from './hint-bucket.ts';
import { targetBucket } from './job-requests.ts';
import type { FilePatch, FileRecord, PlannedFile } from './journal.ts';
import { isUnreachable, mayBeUnreachable, waitsWhenOffline } from './offline.ts';
import { mustPlanFirst, planSources } from './plan-sources.ts';
import { outsideRestriction } from '../s3/restrict-store.ts';
import { type AskedJob, failed, type FileOutcome, type RunningJob } from './running-job.ts';
import { relayFile } from './relay-file.ts';
import { uploadFile } from './upload-file.ts';

/** What the owner of a job hears while it runs; all of it is in the journal by then. */
export type JobListener = {
  planned(files: readonly PlannedFile[]): void;
  planComplete(): void;
  fileStarted(file: FileRecord): void;
  fileEnded(file: FileRecord, outcome: FileOutcome): void;
};

/**
 * ended: nothing is left to do but open questions. stopped: the signal came. offline: no server is reached, nothing is
 * failed by it ([T64]). signIn: credentials ended and a person must come for new ones; nothing is failed by it ([T66]). failed: the job as a whole cannot go on.
 */
export type JobOutcome =
  | { readonly type: 'ended' }
  | { readonly type: 'stopped' }
  | { readonly type: 'offline'; readonly error: AppError }
  | { readonly type: 'signIn'; readonly error: AppError }
  | { readonly type: 'failed'; readonly error: AppError };

const planBatch = 500;
const claimBatch = 200;
const maxFilesInFlight = 256;

/** Files that are to be moved: everything cut off is `queued` in the journal, with the parts it has. */
const runnable: readonly FileState[] = ['queued'];

/**
 * Runs a job until nothing is left to do: plans and transfers at the same time, so that the first byte does not wait
 * for the last listing ([T50]). May be repeated after any stop or crash; what is done is not done again. Whatever the
 * outcome, nothing of the job moves any more when it is told.
 */
export async function runJob(asked: AskedJob, alreadyPlanned: boolean, listener: JobListener): Promise<JobOutcome> {
  // Aborted when the job is told to stop, or when what else is under way has lost the network too: it goes on from its parts.
  const cut = new AbortController();
  // Not AbortSignal.any: Node keeps such a signal, and whatever listens to it, for as long as one of them listens.
  const stop = () => cut.abort();
  asked.signal.addEventListener('abort', stop, { once: true });
  if (asked.signal.aborted) stop();
  const { signal } = cut;
  const grace = afterGrace(signal, asked.ports.clock);
  const job: RunningJob = { ...asked, signal, graceSignal: grace.signal };
  let hold: Extract<JobOutcome, { type: 'offline' | 'signIn' }> | null = null;
  const holdUp = (error: AppError) => {
    const isSignIn = isSignInNeeded(error);
    hold ??= { type: isSignIn ? 'signIn' : 'offline', error };
    // What was signed before may still arrive whole: cut off, it would be asked about as somebody else's.
    if (!isSignIn) cut.abort();
    wake.now();
  };
  const wake = createWakeup(job.signal);
  const hint = createBucketHint(job);
  let planning = !alreadyPlanned;
  let failure: AppError | null = null;
  let planFailure: AppError | null = null;
  const fail = (error: AppError) => {
    failure ??= error;
    wake.now();
  };
  /** Nobody knows what it would lead to if the others went on. */
  const breakOff = (thrown: unknown, context = {}) => {
    fail(appError('UnexpectedFailure', context, thrown));
    cut.abort();
  };

  const planner = planning
    ? planJob(job, (files) => {
        listener.planned(files);
        wake.now();
      })
        .then((result) => {
          if (result.ok && !job.signal.aborted) listener.planComplete();
          else if (!result.ok && holdsUpPlan(job, result.error)) holdUp(result.error);
          // [T52] What was listed is moved all the same.
          else if (!result.ok) planFailure = result.error;
          return undefined;
        })
        .catch((thrown: unknown) => breakOff(thrown))
        .finally(() => {
          planning = false;
          wake.now();
        })
    : Promise.resolve();

  const running = new Set<Promise<void>>();
  const limit = Math.min(maxFilesInFlight, Math.max(4, 2 * job.maxInFlight));
  let afterId = -1;
  let claimed: ClaimedFile[] = [];
  const state = () => ({ stop: failure !== null || hold !== null || job.signal.aborted, hold });
  try {
    if (await mustPlanFirst(job.request)) {
      await planner;
      // [T54] Not planned whole, nothing of it may be written.
      if (planFailure !== null) fail(planFailure);
    }
    while (!state().stop) {
      if (claimed.length === 0) {
        claimed = await claimFiles(job, afterId);
        afterId = claimed.at(-1)?.file.id ?? afterId;
      }
      const next = running.size < limit ? claimed.shift() : undefined;
      if (next) {
        const work = runFile(job, next, listener, { hint, holdUp })
          .then((result) => (result.ok ? undefined : fail(result.error)))
          .catch((thrown: unknown) => breakOff(thrown, { name: next.file.name }))
          .finally(() => {
            running.delete(work);
            wake.now();
          });
        running.add(work);
        continue;
      }
      if (claimed.length === 0 && !planning && running.size === 0) break;
      await wake.wait();
    }
  } catch (thrown) {
    // A journal that cannot be read, above all.
    breakOff(thrown);
  } finally {
    await Promise.all([...running, planner]);
    grace.dispose();
    asked.signal.removeEventListener('abort', stop);
  }
  if (failure !== null) return { type: 'failed', error: failure };
  if (asked.signal.aborted) return { type: 'stopped' };
  return state().hold ?? (planFailure === null ? { type: 'ended' } : { type: 'failed', error: planFailure });
}

/** What is said of a listing may as well be said of the files it would have found. */
function holdsUpPlan({ request }: RunningJob, error: AppError): boolean {
  return isSignInNeeded(error) || (waitsWhenOffline(request) && mayBeUnreachable(error));
}

/** A file to be moved, the source that took its target first, and the temporary file it was given. */
type ClaimedFile = {
  readonly file: FileRecord;
  readonly first: string | undefined;
  readonly freshTemp: string | null;
};

async function claimFiles(job: RunningJob, afterId: number): Promise<ClaimedFile[]> {
  const { journal } = job.ports;
  const files = journal.filesAfter(job.id, runnable, afterId, claimBatch);
  if (files.length === 0) return [];
  const targets = files.map(({ target }) => target);
  const sources = journal.sourcesOfTargets(job.id, targets);
  const temps = await nameTemps(job, files);
  return files.map((file) => ({ file, first: sources.get(file.target), freshTemp: temps.get(file.id) ?? null }));
}

async function planJob(job: RunningJob, onPlanned: (files: readonly PlannedFile[]) => void): Promise<Result<void>> {
  const { journal } = job.ports;
  let batch: PlannedFile[] = [];
  const takenInBatch = new Map<string, string>();
  const save = async (): Promise<Result<void>> => {
    if (batch.length === 0) return ok();
    const files = refuseTaken(job, batch);
    batch = [];
    const added = await journal.addFiles(job.id, files);
    takenInBatch.clear();
    if (!added.ok) return added;
    if (added.value.length > 0) onPlanned(added.value);
    return ok();
  };
  const sourceOfTarget = (target: string) => takenInBatch.get(target) ?? journal.sourceOfTarget(job.id, target);
  const context = {
    connection: job.connection,
    targetRestriction: job.target.connection.restriction,
    files: job.ports.files,
    pathRules: job.ports.pathRules,
    signal: job.signal,
    sourceOfTarget,
  };
  for await (const planned of planSources(context, job.request)) {
    if (job.signal.aborted) return ok();
    if (!planned.ok) {
      await save();
      return planned;
    }
    const file = planned.value;
    if (file.error !== null && holdsUpPlan(job, file.error)) {
      const saved = await save();
      return saved.ok ? err(file.error) : saved;
    }
    if (!takenInBatch.has(file.target)) takenInBatch.set(file.target, file.source);
    batch.push(file);
    if (batch.length >= planBatch) {
      const saved = await save();
      if (!saved.ok) return saved;
    }
  }
  const saved = await save();
  if (!saved.ok || job.signal.aborted) return saved;
  return journal.updateJob(job.id, { planned: true });
}

/** The files, but those whose targets others have taken before: they fail by name. */
function refuseTaken(job: RunningJob, files: readonly PlannedFile[]): PlannedFile[] {
  const first = new Map(
    job.ports.journal.sourcesOfTargets(
      job.id,
      files.map(({ target }) => target),
    ),
  );
  return files.map((file) => {
    const taken = first.get(file.target);
    if (taken === undefined) first.set(file.target, file.source);
    if (taken === undefined || mayShareTarget(job, file, taken)) return file;
    return { ...file, error: file.error ?? targetTaken(file, taken) };
  });
}

/** A source with itself, and folders with folders. */
function mayShareTarget(job: RunningJob, { source, fingerprint }: PlannedFile, other: string): boolean {
  if (source === other) return true;
  const isMarker = source.endsWith('/') && fingerprint.sizeBytes === 0;
  return job.request.kind === 'download' && isMarker && other.endsWith('/');
}

/** [T53] Two sources with one target: the second one is named and left where it is, never put in the first one's place. */
function targetTaken({ target }: { readonly target: string }, other: string): AppError {
  return appError('TargetExists', { target, other }, undefined, 'no');
}

/**
 * Why a file must not be transferred although it is queued; null when it may. Looked at again each time: a file that
 * was planned as failed may have been put back by a retry, and a connection's restriction may have been changed.
 */
function refusal(job: RunningJob, { file, first }: ClaimedFile): AppError | null {
  const { request } = job;
  const { restriction } = job.connection;
  const outside =
    (request.kind === 'upload' ? null : outsideRestriction(restriction, request.bucket, file.source)) ??
    (request.kind === 'upload' ? outsideRestriction(restriction, request.bucket, file.target) : null) ??
    (request.kind === 'copy'
      ? outsideRestriction(job.target.connection.restriction, request.toBucket, file.target)
      : null);
  if (outside !== null) return outside;
  return first === undefined || mayShareTarget(job, file, first) ? null : targetTaken(file, first);
}

async function runFile(
  job: RunningJob,
  claimed: ClaimedFile,
  listener: JobListener,
  of: {
    readonly hint: (outcome: FileOutcome) => Promise<FileOutcome>;
    readonly holdUp: (error: AppError) => void;
  },
): Promise<Result<void>> {
  const { file } = claimed;
  listener.fileStarted(file);
  const outcome = await of.hint(await transferFile(job, claimed));
  const held =
    outcome.type === 'failed' && (isSignInNeeded(outcome.error) || (await isOffline(job, file, outcome.error)));
  if (held) {
    of.holdUp(outcome.error);
    listener.fileEnded(file, { type: 'stopped' });
    return ok();
  }
  if (outcome.type !== 'stopped') {
    const saved = await job.ports.journal.updateFile(file.id, patchOf(outcome));
    if (!saved.ok) {
      listener.fileEnded(file, { type: 'stopped' });
      return saved;
    }
  }
  listener.fileEnded(file, outcome);
  return ok();
}

/** [T64] One request's bad luck is told from a lost network by asking the server for something small. */
async function isOffline(job: RunningJob, { source, target }: FileRecord, error: AppError): Promise<boolean> {
  if (!waitsWhenOffline(job.request) || !mayBeUnreachable(error)) return false;
  if (isUnreachable(error)) return true;
  const { request } = job;
  const isAtSource = request.kind === 'download' || error.context['side'] === 'source';
  const answer = isAtSource
    ? await job.connection.store.head(request.bucket, source, job.signal)
    : await job.target.connection.store.head(targetBucket(job), target, job.signal);
  return !answer.ok && mayBeUnreachable(answer.error);
}

async function transferFile(job: RunningJob, claimed: ClaimedFile): Promise<FileOutcome> {
  const { file } = claimed;
  const refused = refusal(job, claimed);
  if (refused !== null) return failed(refused);
  const outcome = await transferQueued(job, file, claimed.freshTemp);
  // Answered for all while this one was on its way to ask ([T23]).
  if (outcome.type !== 'waiting' || job.answerForAll() === null) return outcome;
  return transferQueued(job, job.ports.journal.file(file.id) ?? file, null);
}

function transferQueued(job: RunningJob, file: FileRecord, freshTemp: string | null): Promise<FileOutcome> {
  switch (job.request.kind) {
    case 'upload':
      return uploadFile(job, file);
    case 'download':
      return downloadFile(job, file, freshTemp);
    case 'copy':
      return job.relays ? relayFile(job, file) : copyFile(job, file);
    default:
      return assertNever(job.request);
  }
}

/** How an outcome is journaled. A failed file keeps its upload and its parts: a retry goes on from them. Pure. */
export function patchOf(outcome: Exclude<FileOutcome, { type: 'stopped' }>): FilePatch {
  switch (outcome.type) {
    case 'done':
      return { state: 'done', verification: outcome.verification, uploadId: null, tempPath: null, error: null };
    case 'skipped':
      return { state: 'skipped', error: null, ...proofOf(outcome) };
    case 'failed':
      return { state: 'failed', error: outcome.error };
    case 'waiting':
      return { state: 'waiting', inTheWay: inTheWayOf(outcome.question) };
    default:
      return assertNever(outcome);
  }
}

/** [T69] Kept with a skipped file, it says that what is at the target has the same content. */
function proofOf({ verification }: Extract<FileOutcome, { type: 'skipped' }>): Pick<FilePatch, 'verification'> {
  return verification === undefined ? {} : { verification };
}

/** What a question that is not shown is asked with again. */
function inTheWayOf({ target: { sizeBytes, modifiedMs } }: { readonly target: NonNullable<FileRecord['inTheWay']> }) {
  return { sizeBytes, modifiedMs };
}

/** Lets a loop sleep until something has happened since it last looked, or the signal comes. */
function createWakeup(signal: AbortSignal) {
  let woken = false;
  let resolveWait: (() => void) | null = null;
  const now = () => {
    woken = true;
    resolveWait?.();
  };
  signal.addEventListener('abort', now, { once: true });
  return {
    now,
    async wait(): Promise<void> {
      if (!woken) {
        await new Promise<void>((resolve) => {
          resolveWait = resolve;
        });
      }
      woken = false;
      resolveWait = null;
    },
  };
}
