import type { Verification } from '../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sameEtag } from '../s3/etag.ts';
import type { LookedAtObject } from '../s3/object-store.ts';
import { objectFingerprint } from './fingerprint.ts';
import { findWritten } from './find-written.ts';
import { finishFile, finishVerified } from './finish-file.ts';
import { headSource, isGone } from './job-requests.ts';
import type { FileRecord } from './journal.ts';
import { lookAtSource, withKnownSource } from './look-at-source.ts';
import { relaySource } from './relay-source.ts';
import { failed, type FileOutcome, type RunningJob, stopped } from './running-job.ts';
import { decideCopy } from './decide-copy.ts';
import { sendWhole } from './upload-file.ts';
import type { UploadSource } from './upload-source.ts';
import { discardUpload, findCompleted, uploadInParts } from './upload-parts.ts';

/** How often a source that changes while it is read, or a target that appears meanwhile, is looked at again. */
const maxRestarts = 3;

/** Copies one object to another server, through this machine, resuming the parts it has ([T26]-[T29]). */
export async function relayFile(job: RunningJob, file: FileRecord): Promise<FileOutcome> {
  let current = file;
  for (let restart = 0; ; restart += 1) {
    const outcome = await relayOnce(job, current);
    if (job.signal.aborted && outcome.type !== 'done') return stopped;
    if (outcome.type !== 'failed') return outcome;
    const { code } = outcome.error;
    const otherSource = isOtherSource(outcome.error);
    if (!otherSource && code !== 'PreconditionFailed' && code !== 'NoSuchUpload') return outcome;
    // Parts of another version are worth nothing, not even to a later retry.
    const again = otherSource ? await startAfresh(job, current) : ok();
    if (!again.ok) return job.signal.aborted ? stopped : failed(again.error);
    const latest = job.ports.journal.file(file.id);
    if (restart + 1 >= maxRestarts || !latest) return outcome;
    current = latest;
  }
}

/** What was read is not (any more) what the source is. */
function isOtherSource({ code, context }: AppError): boolean {
  if (code === 'SourceChanged') return true;
  return context['side'] === 'source' && (code === 'PreconditionFailed' || code === 'ChecksumMismatch');
}

/** The upload is gone before the new version is journaled: a crash in between never mixes the two. */
async function startAfresh(job: RunningJob, file: FileRecord): Promise<Result<unknown>> {
  const discarded = await discardUpload(job, job.ports.journal.file(file.id) ?? file);
  return discarded.ok ? lookAtSource(job, file) : discarded;
}

async function relayOnce(job: RunningJob, planned: FileRecord): Promise<FileOutcome> {
  job.resetBytes(planned.id);
  const { request } = job;
  if (request.kind !== 'copy') throw new Error('not a copy');
  const known = await withKnownSource(job, planned);
  if (!known.ok) return failed(known.error);
  let file = known.value;
  const finished = await finishVerified(job, file);
  if (finished !== null) return finished;
  const found = await findRelayed(job, file);
  if (!found.ok) return failed(found.error);
  if (found.value !== null) return finishFile(job, file, found.value);
  // Parts belong to the key their upload was begun for.
  const decision = await decideCopy(job, file, () => discardUpload(job, file));
  if (!decision.ok) return failed(decision.error);
  if (decision.value.type === 'outcome') {
    const left = decision.value.outcome.type === 'skipped' ? await discardUpload(job, file) : ok();
    return left.ok ? decision.value.outcome : failed(left.error);
  }
  const { target: key, replace } = decision.value;
  if (key !== (file.savedAs ?? file.target)) file = { ...file, savedAs: key, uploadId: null, partBytes: null };

  const opened = await openSource(job, file);
  if (!opened.ok) return failed(opened.error);
  const { object, source } = opened.value;
  const pinned = await pinVersion(job, file, object);
  if (!pinned.ok) return failed(pinned.error);
  file = pinned.value;
  const sent =
    file.fingerprint.sizeBytes <= job.ports.partSizes.singleUploadBytes
      ? await sendWhole(job, file, key, replace, source)
      : await uploadInParts(job, file, key, replace, source);
  return sent.ok ? finishFile(job, file, sent.value) : failed(sent.error);
}

/** The source as it was listed; SourceChanged when it is not that any more. */
async function openSource(
  job: RunningJob,
  file: FileRecord,
): Promise<Result<{ readonly object: LookedAtObject; readonly source: UploadSource }>> {
  const object = await headSource(job, file);
  if (!object.ok) return object;
  const { fingerprint } = file;
  const isOther = fingerprint.type !== 'object' || !sameVersion(fingerprint, object.value);
  if (isOther) return err(appError('SourceChanged', { key: file.source }));
  return ok({ object: object.value, source: relaySource(job, file, object.value) });
}

/** Of an object that was listed without an ETag: parts that were sent may be of another version, and from now on it must be told. */
async function pinVersion(job: RunningJob, file: FileRecord, object: LookedAtObject): Promise<Result<FileRecord>> {
  const { fingerprint: listed } = file;
  if (listed.type !== 'object' || listed.etag !== null || object.etag === null) return ok(file);
  const discarded = await discardUpload(job, file);
  if (!discarded.ok) return discarded;
  const fingerprint = objectFingerprint(object);
  const noted = await job.ports.journal.updateFile(file.id, { fingerprint });
  return noted.ok ? ok({ ...file, fingerprint, uploadId: null, partBytes: null }) : noted;
}

async function findRelayed(job: RunningJob, file: FileRecord): Promise<Result<Verification | null>> {
  if (file.uploadId === null && !file.writeBegun) return ok(null);
  const opened = await openSource(job, file);
  // What became of the source is said where it is to be read.
  if (!opened.ok) return isGone(opened.error) || isOtherSource(opened.error) ? ok(null) : opened;
  return (file.uploadId === null ? findWritten : findCompleted)(job, file, opened.value.source);
}

type Version = { readonly sizeBytes: number; readonly etag: string | null };

function sameVersion(listed: Version, now: Version): boolean {
  return listed.sizeBytes === now.sizeBytes && (listed.etag === null || sameEtag(listed.etag, now.etag));
}
