import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { plainMd5OfEtag } from '../s3/etag.ts';
import { mayBeOneBucket } from './copy-sources.ts';
import { localFingerprint, sameFingerprint } from './fingerprint.ts';
import { headSource, headTarget, isGone, sourceContext } from './job-requests.ts';
import type { FileRecord } from './journal.ts';
import { withBackoff } from './retry.ts';
import { failed, type FileOutcome, type RunningJob } from './running-job.ts';

/** What is left to do for a file whose copy has been verified: nothing, or, for a move, to delete its source. */
export async function finishFile(job: RunningJob, file: FileRecord, verification: Verification): Promise<FileOutcome> {
  if (!job.request.removeSource) return { type: 'done', verification };
  // Journaled first: after a crash the copy counts as made and only the deletion is repeated.
  const noted = await job.ports.journal.updateFile(file.id, { verification });
  if (!noted.ok) return failed(noted.error);
  const removed = await removeSource(job, job.ports.journal.file(file.id) ?? file);
  if (removed.ok) return { type: 'done', verification };
  if (removed.error.code === 'SourceChanged') {
    // What was verified is not what is there now: the next try must transfer it, not only delete it.
    const forgotten = await job.ports.journal.updateFile(file.id, { verification: null });
    if (!forgotten.ok) return failed(forgotten.error);
  }
  return failed({ ...removed.error, retry: 'no' });
}

/**
 * The same for a file that was not transferred, because its target is proven to have its bytes ([T69]). A later try that
 * only has to delete the source of a move says `done`: the journal does not tell the two apart.
 */
export async function finishSame(job: RunningJob, file: FileRecord, proof: Verification): Promise<FileOutcome> {
  const finished = await finishFile(job, file, proof);
  return finished.type === 'done' ? { type: 'skipped', verification: proof } : finished;
}

/**
 * The same for a copy that a former try has verified ([T25]). Between the two anybody may have removed or replaced it:
 * what is not there as it was made is forgotten, null is answered, and the file must be transferred again.
 */
export async function finishVerified(job: RunningJob, file: FileRecord): Promise<FileOutcome | null> {
  if (file.verification === null) return null;
  const isThere = await isCopyThere(job, file);
  if (!isThere.ok) return failed(isThere.error);
  if (isThere.value) return finishFile(job, file, file.verification);
  const forgotten = await job.ports.journal.updateFile(file.id, { verification: null });
  return forgotten.ok ? null : failed(forgotten.error);
}

async function isCopyThere(job: RunningJob, file: FileRecord): Promise<Result<boolean>> {
  const target = file.savedAs ?? file.target;
  const { sizeBytes } = file.fingerprint;
  if (job.request.kind === 'download') {
    const info = await job.ports.files.stat(target);
    if (!info.ok) return info.error.code === 'FileNotFound' ? ok(false) : info;
    if (file.source.endsWith('/') && sizeBytes === 0) return ok(info.value.type === 'folder');
    return ok(info.value.type === 'file' && info.value.sizeBytes === sizeBytes);
  }
  const copy = await headTarget(job, target);
  // Not allowed to look: better sent twice than taken on trust.
  if (!copy.ok) return isGone(copy.error) ? ok(false) : copy;
  const { etag } = file.fingerprint.type === 'object' ? file.fingerprint : { etag: null };
  const [md5, copyMd5] = [plainMd5OfEtag(etag), plainMd5OfEtag(copy.value.etag)];
  const isOther = file.verification === 'md5' && md5 !== null && copyMd5 !== null && md5 !== copyMd5;
  return ok(copy.value.sizeBytes === sizeBytes && !isOther);
}

/** [T25] Deletes the source of a move, but only when it is still what was copied. Idempotent. */
async function removeSource(job: RunningJob, file: FileRecord): Promise<Result<void>> {
  const { files } = job.ports;
  const { source, fingerprint } = file;
  if (fingerprint.type === 'local') {
    const info = await files.stat(source);
    if (!info.ok) return info.error.code === 'FileNotFound' ? ok() : info;
    return sameFingerprint(fingerprint, localFingerprint(info.value))
      ? files.remove(source)
      : err(changed({ path: source }));
  }
  const { bucket } = job.request;
  const context = sourceContext(job);
  const { etag } = fingerprint;
  if (fingerprint.pinnedVersionId !== undefined)
    return err(appError('Unsupported', { what: 'Moving an older version' }));
  // Nothing tells what it was from what it is.
  if (etag === null) return err(changed({ key: source }));
  if (mayBeItsCopy(job, file)) {
    const copy = await headTarget(job, source);
    if (!copy.ok) return copy;
    const head = await headSource(job, source);
    if (!head.ok) return head.error.code === 'NoSuchKey' ? ok() : head;
    if (copy.value.lastModified === null || copy.value.lastModified === head.value.lastModified)
      return err(changed({ key: source }));
  }
  // The server itself refuses when it is another one by then; where it cannot, the port looks just before.
  const removed = await withBackoff(context, () =>
    job.connection.store.remove(bucket, source, { ifMatch: etag }, job.graceSignal),
  );
  return !removed.ok && removed.error.code === 'PreconditionFailed' ? err(changed({ key: source })) : removed;
}

/**
 * [T29] Two addresses may lead to the same server: then an object of the same bucket and name at both ends is one object,
 * which has just been replaced by itself. Its date tells it from a copy that was made after it.
 */
function mayBeItsCopy({ relays, request }: RunningJob, file: FileRecord): boolean {
  if (request.kind !== 'copy' || !mayBeOneBucket(request)) return false;
  // One server refuses to copy an object onto itself, but may not know it by another name.
  if (!relays && request.bucket === request.toBucket) return false;
  return (file.savedAs ?? file.target) === file.source;
}

function changed(what: { readonly path: string } | { readonly key: string }) {
  return appError('SourceChanged', what, 'it was transferred before it changed; the source was kept');
}
