import type { Verification } from '../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sameEtag } from '../s3/etag.ts';
import { finishFile, finishVerified } from './finish-file.ts';
import { sourceContext } from './job-requests.ts';
import type { FileRecord } from './journal.ts';
import { lookAtSource, withKnownSource } from './look-at-source.ts';
import { relaySource } from './relay-source.ts';
import { withBackoff } from './retry.ts';
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
  if (file.uploadId !== null) {
    const completed = await findRelayed(job, file);
    if (!completed.ok) return failed(completed.error);
    if (completed.value !== null) return finishFile(job, file, completed.value);
  }
  // Parts belong to the key their upload was begun for.
  const decision = await decideCopy(job, file, () => discardUpload(job, file));
  if (!decision.ok) return failed(decision.error);
  if (decision.value.type === 'outcome') {
    const left = decision.value.outcome.type === 'skipped' ? await discardUpload(job, file) : ok();
    return left.ok ? decision.value.outcome : failed(left.error);
  }
  const { target: key, replace } = decision.value;
  if (key !== (file.savedAs ?? file.target)) file = { ...file, savedAs: key, uploadId: null, partBytes: null };

  const source = await openSource(job, file);
  if (!source.ok) return failed(source.error);
  const sent =
    file.fingerprint.sizeBytes <= job.ports.partSizes.singleUploadBytes
      ? await sendWhole(job, file, key, replace, source.value)
      : await uploadInParts(job, file, key, replace, source.value);
  return sent.ok ? finishFile(job, file, sent.value) : failed(sent.error);
}

/** The source as it was listed; SourceChanged when it is not that any more. */
async function openSource(job: RunningJob, file: FileRecord): Promise<Result<UploadSource>> {
  const { bucket } = job.request;
  const object = await withBackoff(sourceContext(job), () =>
    job.connection.store.head(bucket, file.source, job.signal),
  );
  if (!object.ok) return object;
  const { fingerprint } = file;
  const isOther = fingerprint.type !== 'object' || !sameVersion(fingerprint, object.value);
  return isOther ? err(appError('SourceChanged', { key: file.source })) : ok(relaySource(job, file, object.value));
}

async function findRelayed(job: RunningJob, file: FileRecord): Promise<Result<Verification | null>> {
  const source = await openSource(job, file);
  // What became of the source is said where it is to be read.
  return source.ok ? findCompleted(job, file, source.value) : ok(null);
}

type Version = { readonly sizeBytes: number; readonly etag: string | null };

function sameVersion(listed: Version, now: Version): boolean {
  return listed.sizeBytes === now.sizeBytes && (listed.etag === null || sameEtag(listed.etag, now.etag));
}
