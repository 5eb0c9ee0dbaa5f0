import type { JobId } from '../../../shared/domain/ids.ts';
import { type JobView, type TransferRequest, transferRequestSchema } from '../../../shared/domain/transfer.ts';
import { appError, type ErrorCode } from '../../../shared/errors.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { inLanes } from '../../in-lanes.ts';
import { pause } from '../../pause.ts';
import { versionOf } from '../../transfers/fingerprint.ts';
import type { FileRecord } from '../../transfers/journal.ts';
import { bucketPlace, filePlace } from '../own-writes.ts';
import type { RunRecord, Subject } from '../rule-record.ts';
import { asOutcome, failedUnexpectedly } from './direct-context.ts';
import type { PlannedTransfer } from './plan-transfer.ts';
import type { JobSource } from './run-planner.ts';
import type { RunnerDeps } from './runner-deps.ts';
import type { EndedWrite, PlannedWrite, StepOutcome } from './step-outcome.ts';
import { isBucketWatched, isFileWatched } from './watched-places.ts';

/** How often a job that stands still is looked at, and one tried again whose connection does not open. */
const lookAgainMs = 2000;
const looksAtOnce = 16;

export type BatchDeps = Pick<RunnerDeps, 'transfers' | 'opener' | 'clock' | 'rules' | 'ports' | 'onUnexpected'>;

/** All of one header; a tree stands alone. Pure. */
export function requestOf(planned: readonly PlannedTransfer[]): TransferRequest {
  return transferRequestSchema.parse({ ...planned[0]?.header, items: planned.map(({ item }) => item) });
}

/** What a transfer writes and takes away where rules look; known before it begins ([A33]). */
export async function writesOf(deps: BatchDeps, request: TransferRequest, source: string, target: string) {
  const writes: PlannedWrite[] = [];
  const rules = deps.rules();
  const isMove = request.removeSource;
  const add = async (connectionId: string, bucket: string, key: string, isRemoval: boolean): Promise<void> => {
    if (!isBucketWatched(rules, bucket, key, isRemoval)) return;
    const connection = await deps.opener.open(connectionId);
    // Then nothing is written either.
    if (connection.ok) writes.push({ place: bucketPlace(connection.value, bucket), key, isMove, isRemoval });
  };
  if (request.kind === 'download') {
    if (isFileWatched(rules, target, false)) writes.push({ place: filePlace, key: target, isMove, isRemoval: false });
  } else {
    const connectionId =
      request.kind === 'copy' ? (request.toConnectionId ?? request.connectionId) : request.connectionId;
    await add(connectionId, request.kind === 'copy' ? request.toBucket : request.bucket, target, false);
  }
  if (isMove && request.kind === 'copy') await add(request.connectionId, request.bucket, source, true);
  return writes;
}

/** Waits for the job's end; null: it is gone, or the engine closes. Jobs that stand still for their connection are tried again. */
export async function jobEnd(deps: BatchDeps, jobId: JobId, closing: AbortSignal) {
  for (;;) {
    const job = await deps.transfers.whenStill(jobId);
    if (closing.aborted || job === null) return null;
    if (job.state !== 'paused' && job.state !== 'interrupted') return job;
    await pause(deps.clock, lookAgainMs, closing);
    if (closing.aborted) return null;
    if (job.state === 'interrupted') await deps.transfers.resume(jobId);
  }
}

/** The outcomes of the runs of a job that has ended (null: that is gone), and what it wrote where rules look. */
export async function outcomesOf(
  deps: BatchDeps,
  jobId: JobId,
  job: JobView | null,
  runs: readonly RunRecord[],
  sourceOf: (run: RunRecord) => JobSource | null,
  closing: AbortSignal,
): Promise<{
  readonly outcomes: ReadonlyMap<number, StepOutcome>;
  readonly writes: ReadonlyMap<number, EndedWrite[]>;
}> {
  const outcomes = new Map<number, StepOutcome>();
  const writes = new Map<number, EndedWrite[]>();
  const found = deps.transfers.outcomes(jobId, runs.length + 1);
  if (job === null || found === null) {
    for (const run of runs) outcomes.set(run.id, { type: 'skipped', error: appError('Cancelled', { jobId }) });
    return { outcomes, writes };
  }
  const { request, files } = found;
  const bySource = new Map(files.map((file) => [file.source, file]));
  await inLanes(runs, looksAtOnce, async (run) => {
    const of = sourceOf(run);
    if (of?.isTree === true) {
      outcomes.set(run.id, treeOutcome(deps, job));
      return;
    }
    const file = of === null ? undefined : bySource.get(of.source);
    if (file === undefined) {
      const error = job.error ?? appError('Cancelled', { jobId });
      outcomes.set(run.id, job.state === 'cancelled' ? { type: 'skipped', error } : { type: 'failed', error });
      return;
    }
    try {
      const { subject, wrote } = await afterwards(deps, request, file, run, closing);
      outcomes.set(run.id, fileOutcome(request, file, subject, job));
      writes.set(run.id, wrote);
    } catch (thrown) {
      // Of one run, not of all that are in the job.
      deps.onUnexpected(`run ${run.id}`, thrown);
      outcomes.set(run.id, failedUnexpectedly(thrown, { jobId }));
    }
  });
  return { outcomes, writes };
}

function treeOutcome({ transfers }: BatchDeps, job: JobView): StepOutcome {
  const { id: jobId } = job;
  if (job.state === 'cancelled') return { type: 'skipped', error: appError('Cancelled', { jobId }) };
  const { filesDone, filesSkipped, filesFailed, bytesTotal, from, to } = job;
  if (job.state === 'done') {
    const skipped = filesSkipped > 0 ? `, ${filesSkipped} skipped` : '';
    return { type: 'done', detail: `${from} -> ${to}: ${filesDone} files${skipped}`, bytes: bytesTotal };
  }
  const first = transfers
    .outcomes(jobId, 10_000)
    ?.files.find(({ error, state }) => state === 'failed' && error !== null);
  const error = job.error ?? first?.error ?? appError('UnexpectedFailure', {});
  return { type: 'failed', error: { ...error, context: { ...error.context, failed: filesFailed } } };
}

function fileOutcome(
  request: TransferRequest,
  file: FileRecord,
  subject: Subject,
  job: Pick<JobView, 'state' | 'error'>,
): StepOutcome {
  const where = whereTo(request, file);
  const isOfEvent = file.fingerprint.type === 'local' || file.fingerprint.isPinned === true;
  switch (file.state) {
    case 'done':
      return { type: 'done', detail: where, bytes: file.fingerprint.sizeBytes, subject };
    case 'skipped':
      if (file.error !== null) return { type: 'skipped', error: file.error };
      // Left out by the conflict policy, with nothing that proves it to be the same.
      return {
        type: 'passed',
        detail: where,
        subject: file.verification === null ? { ...subject, isLeftOut: true } : subject,
      };
    case 'failed':
      return asOutcome(
        file.error ?? appError('UnexpectedFailure'),
        !isOfTarget(request, file) && (isOfEvent || isMissingSource(request, file)),
      );
    case 'queued':
    case 'active':
    case 'waiting':
    case 'interrupted':
    case 'cancelled':
      // A job that failed as a whole (its journal was full) has left it as it was.
      return job.state === 'cancelled' || file.state === 'cancelled' || job.error === undefined
        ? { type: 'skipped', error: appError('Cancelled', {}) }
        : { type: 'failed', error: job.error };
  }
}

/** What was written is gone again before it could be looked at: the source is still there. */
function isOfTarget(request: TransferRequest, { error, source }: FileRecord): boolean {
  if (error?.code !== 'NoSuchKey' || request.kind === 'download') return false;
  const { key = source, bucket = request.bucket } = error.context;
  return key !== source || bucket !== request.bucket;
}

/** An upload whose file is gone has had no fingerprint. */
function isMissingSource(request: TransferRequest, { error, source }: FileRecord): boolean {
  return request.kind === 'upload' && error?.code === 'FileNotFound' && error.context['path'] === source;
}

function whereTo(request: TransferRequest, file: FileRecord): string {
  const target = file.savedAs ?? file.target;
  if (request.kind === 'download') return target;
  return `${request.kind === 'copy' ? request.toBucket : request.bucket}/${target}`;
}

/** What the next step acts on, and what is there now where rules look. */
async function afterwards(
  deps: BatchDeps,
  request: TransferRequest,
  file: FileRecord,
  run: RunRecord,
  closing: AbortSignal,
): Promise<{ readonly subject: Subject; readonly wrote: EndedWrite[] }> {
  const wrote: EndedWrite[] = [];
  const isDone = file.state === 'done';
  // [T69] What was there already with the same content is where the next step finds it, and of a move the source is gone.
  const isThere = isDone || (file.state === 'skipped' && file.verification !== null);
  const target = file.savedAs ?? file.target;
  const planned = await writesOf(deps, request, file.source, file.target);
  const { sizeBytes } = file.fingerprint;
  const taken = isThere ? withTaken(request, file, run.subject) : run.subject;
  if (request.kind === 'download') {
    for (const write of planned)
      wrote.push({
        ...write,
        savedAs: target,
        wrote: mayHaveWritten(request, file) ? await leftOnDisk(deps, target, sizeBytes) : null,
      });
    if (!isThere) return { subject: run.subject, wrote };
    return { subject: { ...taken, file: { path: target, sizeBytes, lastModified: null } }, wrote };
  }
  const connectionId =
    request.kind === 'copy' ? (request.toConnectionId ?? request.connectionId) : request.connectionId;
  const bucket = request.kind === 'copy' ? request.toBucket : request.bucket;
  for (const write of planned) {
    // Only a move inside of storage takes away what rules see.
    if (write.isRemoval && request.kind === 'copy') {
      const { object } = run.subject;
      const isTaken = isThere || (await isTakenAway(deps, request, file, closing));
      wrote.push({
        ...write,
        wrote:
          isTaken && object !== null
            ? { sizeBytes: object.sizeBytes, etag: object.etag, lastModified: object.lastModified }
            : null,
      });
      continue;
    }
    const place = { connectionId, bucket, key: target, sizeBytes };
    const left = mayHaveWritten(request, file) ? await whatIsThere(deps, place, isDone, closing) : null;
    wrote.push({ ...write, savedAs: target, wrote: left });
  }
  if (!isThere) return { subject: run.subject, wrote };
  if (request.kind === 'copy' && !request.removeSource) return { subject: taken, wrote };
  const object = {
    connectionId,
    bucket,
    key: target,
    sizeBytes,
    etag: null,
    lastModified: null,
  };
  return { subject: { ...run.subject, object }, wrote };
}

/** Said of a source or a target before anything is written. */
const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  'SourceChanged',
  'NoSuchKey',
  'FileNotFound',
  'TargetExists',
  'TargetInsideSource',
  'AccessDenied',
  'NoSuchBucket',
]);

/** Of a move also after its copy: the source was not taken away. */
const saidOfSource: ReadonlySet<string> = new Set<ErrorCode>(['SourceChanged', 'AccessDenied']);

/**
 * [A34] What has failed may be written all the same: its answer was lost, or its end could not be journaled. What must not
 * replace anything is noted before it is written ([T6]); of the rest only why it failed tells. Pure.
 */
function mayHaveWritten({ conflict, removeSource }: TransferRequest, file: FileRecord): boolean {
  const { state, error, writeBegun, uploadId, tempPath } = file;
  if (state === 'done' || state === 'skipped') return state === 'done';
  if (writeBegun || uploadId !== null || tempPath !== null) return true;
  const code = error?.code ?? '';
  return conflict === 'overwrite' && (!refusals.has(code) || (removeSource && saidOfSource.has(code)));
}

/** The same of a move's source, which is deleted when its copy has been verified ([T25]). */
async function isTakenAway(
  deps: BatchDeps,
  { connectionId, bucket }: Extract<TransferRequest, { kind: 'copy' }>,
  { state, verification, source }: FileRecord,
  closing: AbortSignal,
): Promise<boolean> {
  if (verification === null || state === 'skipped') return false;
  const looked = await lookAt(deps, connectionId, bucket, source, closing);
  return !looked.ok && looked.error.code === 'NoSuchKey';
}

/** What a download of so many bytes has left; another size is somebody else's by now. Null: nothing that is known to be its. */
async function leftOnDisk({ ports }: BatchDeps, path: string, sizeBytes: number): Promise<EndedWrite['wrote']> {
  const info = await ports.files.stat(path);
  if (!info.ok || info.value.sizeBytes !== sizeBytes) return null;
  // As looks at folders tell it.
  return { sizeBytes, etag: null, lastModified: new Date(info.value.modifiedMs).toISOString() };
}

/** With the version that was read of the source ([A42]). */
function withTaken(request: TransferRequest, { source, fingerprint }: FileRecord, subject: Subject): Subject {
  if (request.kind === 'upload' || fingerprint.type !== 'object') return subject;
  const { connectionId, bucket } = request;
  const { sizeBytes, etag, modifiedMs = null } = fingerprint;
  const lastModified = modifiedMs === null ? null : new Date(modifiedMs).toISOString();
  const version = versionOf(fingerprint);
  const object = { connectionId, bucket, key: source, sizeBytes, etag, lastModified, ...version };
  return { ...subject, taken: [...(subject.taken ?? []), object] };
}

/** What a write of so many bytes has left; null: nothing, where it is not known that it was `done`. */
async function whatIsThere(
  deps: Pick<BatchDeps, 'opener'>,
  place: { readonly connectionId: string; readonly bucket: string; readonly key: string; readonly sizeBytes: number },
  isDone: boolean,
  closing: AbortSignal,
): Promise<EndedWrite['wrote']> {
  const { connectionId, bucket, key, sizeBytes } = place;
  const looked = await lookAt(deps, connectionId, bucket, key, closing);
  if (looked.ok && looked.value.sizeBytes === sizeBytes)
    return { sizeBytes, etag: looked.value.etag, lastModified: looked.value.lastModified };
  // Gone or another one by now: then what is there is somebody else's.
  const isKnown = looked.ok || looked.error.code === 'NoSuchKey';
  return isKnown && !isDone ? null : { sizeBytes, etag: null, lastModified: null };
}

/** The write of a step that sends a stream, where some rule looks: before it begins, or with its outcome after it. */
export async function streamWrite(
  deps: Pick<BatchDeps, 'opener' | 'rules'>,
  place: { readonly connectionId: string; readonly bucket: string; readonly key: string },
  outcome: StepOutcome | null,
  closing: AbortSignal,
): Promise<EndedWrite[]> {
  const { connectionId, bucket, key } = place;
  if (!isBucketWatched(deps.rules(), bucket, key, false)) return [];
  const connection = await deps.opener.open(connectionId);
  if (!connection.ok) return [];
  const write = { place: bucketPlace(connection.value, bucket), key, isMove: false, isRemoval: false };
  const isDone = outcome?.type === 'done';
  const sizeBytes = isDone ? (outcome.bytes ?? 0) : outcome?.type === 'failed' ? outcome.sentBytes : undefined;
  if (sizeBytes === undefined) return [{ ...write, wrote: null }];
  return [{ ...write, wrote: await whatIsThere(deps, { ...place, sizeBytes }, isDone, closing) }];
}

async function lookAt(
  { opener }: Pick<BatchDeps, 'opener'>,
  connectionId: string,
  bucket: string,
  key: string,
  signal: AbortSignal,
): Promise<Result<{ readonly sizeBytes: number; readonly etag: string | null; readonly lastModified: string | null }>> {
  const connection = await opener.open(connectionId);
  if (!connection.ok) return connection;
  const head = await connection.value.store.head(bucket, key, signal);
  return head.ok ? ok(head.value) : head;
}
