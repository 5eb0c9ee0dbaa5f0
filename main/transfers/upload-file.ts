import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { plainMd5OfEtag } from '../s3/etag.ts';
import type { RangeSent } from '../s3/data-plane/transport.ts';
import type { WriteCondition } from '../s3/object-store.ts';
import { contentTypeOf } from './content-type.ts';
import type { FileRecord } from './journal.ts';
import { finishFile } from './finish-file.ts';
import { localFingerprint, sameFingerprint } from './fingerprint.ts';
import { maxObjectBytes } from './part-plan.ts';
import { withBackoff, withRetries } from './retry.ts';
import { failed, type FileOutcome, type RunningJob, type ServerFacts, stopped } from './running-job.ts';
import { decideTarget, writeCondition } from './target-conflict.ts';
import { countingBytes, lookAtObject, retryContext, uploadBucket, verifySize, withoutRefused } from './job-requests.ts';
import { discardUpload, uploadInParts } from './upload-parts.ts';

/** How often a file is taken again that changed while it was read, whose target appeared or whose upload was aborted meanwhile. */
const maxRestarts = 3;

/** Uploads one file, resuming the parts it has ([T1]-[T9]); idempotent up to the journal's state. */
export async function uploadFile(job: RunningJob, file: FileRecord): Promise<FileOutcome> {
  let current = file;
  for (let restart = 0; ; restart += 1) {
    const outcome = await uploadOnce(job, current);
    if (job.signal.aborted && outcome.type !== 'done') return stopped;
    const takeAgain =
      outcome.type === 'failed' &&
      (outcome.error.code === 'SourceChanged' ||
        outcome.error.code === 'PreconditionFailed' ||
        outcome.error.code === 'NoSuchUpload');
    if (!takeAgain || restart + 1 >= maxRestarts) return outcome;
    const latest = job.ports.journal.file(file.id);
    if (!latest) return outcome;
    current = latest;
  }
}

async function uploadOnce(job: RunningJob, planned: FileRecord): Promise<FileOutcome> {
  job.resetBytes(planned.id);
  const { files, journal } = job.ports;
  const bucket = uploadBucket(job);
  if (planned.verification !== null) return finishFile(job, planned, planned.verification);
  const info = await files.stat(planned.source);
  if (!info.ok) return failed(info.error);
  if (info.value.type === 'folder') {
    if (planned.target.endsWith('/')) return makeFolderMarker(job, planned.target);
    return failed(appError('IsADirectory', { path: planned.source }));
  }
  if (info.value.type !== 'file') return failed(appError('NotAFile', { path: planned.source }));
  if (info.value.sizeBytes > maxObjectBytes) {
    return failed(
      appError('EntityTooLarge', { path: planned.source, sizeBytes: info.value.sizeBytes, maxBytes: maxObjectBytes }),
    );
  }

  let file = planned;
  const fingerprint = localFingerprint(info.value);
  if (!sameFingerprint(file.fingerprint, fingerprint)) {
    // Parts of an older version must never be mixed with the present one ([T4]).
    const discarded = await discardUpload(job, file);
    if (!discarded.ok) return failed(discarded.error);
    const patched = await journal.updateFile(file.id, { fingerprint });
    if (!patched.ok) return failed(patched.error);
    file = { ...file, fingerprint, uploadId: null, partBytes: null };
  }

  const decision = await decideTarget(job, file, (key) => lookAtObject(job, bucket, key), {
    source: file.source,
    target: (key) => `${bucket}/${key}`,
    separator: '/',
    // Parts belong to the key their upload was begun for.
    leave: () => discardUpload(job, file),
  });
  if (!decision.ok) return failed(decision.error);
  if (decision.value.type === 'outcome') {
    // Answered "skip" after it had begun: nothing of ours may stay behind on the server.
    const left = decision.value.outcome.type === 'skipped' ? await discardUpload(job, file) : ok();
    return left.ok ? decision.value.outcome : failed(left.error);
  }
  const { target: key, replace } = decision.value;
  if (key !== (file.savedAs ?? file.target)) file = { ...file, savedAs: key, uploadId: null, partBytes: null };

  const sent =
    fingerprint.sizeBytes <= job.ports.partSizes.singleUploadBytes
      ? await uploadWhole(job, file, key, replace)
      : await uploadInParts(job, file, key, replace);
  if (!sent.ok) return failed(sent.error);
  return finishFile(job, file, sent.value);
}

/** [T19] Idempotent: a marker that is there already is as good. */
async function makeFolderMarker(job: RunningJob, key: string): Promise<FileOutcome> {
  const bucket = uploadBucket(job);
  const there = await lookAtObject(job, bucket, key);
  if (!there.ok) return failed(there.error);
  if (there.value !== null) return { type: 'done', verification: 'size' };
  const put = (condition: WriteCondition) =>
    withBackoff(retryContext(job, bucket), () =>
      job.connection.store.putSmall(
        bucket,
        key,
        new Uint8Array(),
        { contentType: 'application/x-directory' },
        condition,
      ),
    );
  let made = await put(writeCondition(job.facts, false));
  if (!made.ok && made.error.code === 'NotImplemented') made = await put({});
  if (made.ok || made.error.code === 'PreconditionFailed') return { type: 'done', verification: 'size' };
  return failed(made.error);
}

async function uploadWhole(
  job: RunningJob,
  file: FileRecord,
  key: string,
  replace: boolean,
): Promise<Result<Verification>> {
  const { gate, transport } = job.ports;
  const bucket = uploadBucket(job);
  const sizeBytes = file.fingerprint.sizeBytes;
  const send = (facts: ServerFacts) =>
    withRetries(retryContext(job, bucket), (target) =>
      countingBytes(job, file, (onBytes) =>
        transport.send(
          {
            target,
            key,
            filePath: file.source,
            offset: 0,
            sizeBytes,
            // Read in one go: compared before it is sent, so that no mix of two versions ever becomes the object.
            expected: file.fingerprint.type === 'local' ? file.fingerprint : undefined,
            as: { type: 'object', contentType: contentTypeOf(file.source), ...writeCondition(facts, replace) },
            withCrc32: facts.checksums !== 'rejected',
            withMd5: facts.checksums !== 'kept',
          },
          { signal: job.signal, onBytes },
        ),
      ),
    );
  const turn = { jobId: job.id, fileId: file.id, memoryBytes: sizeBytes, maxInFlight: job.maxInFlight };
  const sent = await withoutRefused(job, { condition: !replace, checksum: true }, (facts) =>
    gate.run(turn, job.signal, () => send(facts)),
  );
  if (!sent) return err(appError('ConnectionReset', {}, 'aborted', 'no'));
  if (!sent.ok) return sent;

  return verifyWhole(job, key, sizeBytes, sent.value);
}

async function verifyWhole(
  job: RunningJob,
  key: string,
  sizeBytes: number,
  sent: RangeSent,
): Promise<Result<Verification>> {
  if (sent.serverCrc32 !== null) {
    job.facts.checksums = 'kept';
    if (sent.serverCrc32 === sent.crc32) return ok('checksum');
    return err(appError('ChecksumMismatch', { key, expected: sent.crc32, actual: sent.serverCrc32 }));
  }
  if (job.facts.checksums !== 'rejected') job.facts.checksums = 'notKept';
  if (sent.md5 !== null && plainMd5OfEtag(sent.etag) === sent.md5) return ok('md5');
  return verifySize(job, uploadBucket(job), key, sizeBytes);
}
