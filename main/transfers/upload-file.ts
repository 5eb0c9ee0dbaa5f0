import type { Verification } from '../../shared/domain/transfer.ts';
import { type AppError, appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { plainMd5OfEtag } from '../s3/etag.ts';
import type { RangeSent } from '../s3/data-plane/transport.ts';
import type { FileRecord } from './journal.ts';
import { findOwn, findWritten, noteWrite } from './find-written.ts';
import { finishFile, finishVerified } from './finish-file.ts';
import { localFingerprint, sameFingerprint } from './fingerprint.ts';
import { maxObjectBytes } from './part-plan.ts';
import { withBackoff } from './retry.ts';
import { failed, type FileOutcome, type RunningJob, type ServerFacts, stopped } from './running-job.ts';
import { skipSameUpload } from './skip-same.ts';
import { decideTarget, writeCondition } from './target-conflict.ts';
import {
  gateRequest,
  lookAtTarget,
  targetBucket,
  targetContext,
  verifyByHead,
  withoutRefused,
} from './job-requests.ts';
import { discardUpload, findCompleted, uploadInParts } from './upload-parts.ts';
import { localSource, type UploadSource, weaker } from './upload-source.ts';

/** How often a file is taken again that changed while it was read, whose target appeared or whose upload was aborted meanwhile. */
const maxRestarts = 3;

/** Uploads one file, resuming the parts it has ([T1]-[T9]); idempotent up to the journal's state. */
export async function uploadFile(job: RunningJob, file: FileRecord): Promise<FileOutcome> {
  let current = file;
  let restart = 0;
  let trusts = isReadInOneGo(job, file);
  for (;;) {
    job.resetBytes(file.id);
    const finished = await finishVerified(job, current);
    const outcome = finished ?? (trusts ? await sendPlanned(job, current) : await lookAndSend(job, current));
    if (job.signal.aborted && outcome.type !== 'done') return stopped;
    const takeAgain =
      outcome.type === 'failed' &&
      (outcome.error.code === 'SourceChanged' ||
        outcome.error.code === 'PreconditionFailed' ||
        outcome.error.code === 'NoSuchUpload');
    if (!takeAgain && !(trusts && outcome.type === 'failed' && isAboutSource(outcome.error))) return outcome;
    if (!trusts && (restart += 1) >= maxRestarts) return outcome;
    trusts = false;
    const latest = job.ports.journal.file(file.id);
    if (!latest) return outcome;
    current = latest;
  }
}

/**
 * Whether a file goes in one request and was seen when it was planned: whoever reads it compares it with what was seen
 * anyway ([T4]), so it is not looked at once more before.
 */
function isReadInOneGo({ ports }: RunningJob, { fingerprint, target, uploadId, writeBegun }: FileRecord): boolean {
  const { sizeBytes } = fingerprint;
  const wasSeen = fingerprint.type === 'local' && fingerprint.inode !== 0;
  return (
    wasSeen &&
    sizeBytes <= ports.partSizes.singleUploadBytes &&
    uploadId === null &&
    !writeBegun &&
    !target.endsWith('/')
  );
}

/** What reading says of something that is not the file any more; looking at it finds better words. */
function isAboutSource({ code }: AppError): boolean {
  return code === 'FileNotFound' || code === 'IsADirectory' || code === 'NotAFile' || code === 'NotADirectory';
}

async function lookAndSend(job: RunningJob, planned: FileRecord): Promise<FileOutcome> {
  const { files, journal } = job.ports;
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
  return sendPlanned(job, file);
}

/** Sends the file as its fingerprint has it, where conflicts are settled. */
async function sendPlanned(job: RunningJob, planned: FileRecord): Promise<FileOutcome> {
  let file = planned;
  const bucket = targetBucket(job);
  const find = file.uploadId === null ? findWritten : findCompleted;
  const found = await find(job, file, localSource(job, file));
  if (!found.ok) return failed(found.error);
  if (found.value !== null) return finishFile(job, file, found.value);
  const same = await skipSameUpload(job, file, localSource(job, file), () => discardUpload(job, file));
  if (!same.ok) return failed(same.error);
  if (same.value !== null) return same.value;
  const decision = await decideTarget(job, file, (key) => lookAtTarget(job, key), {
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

  const source = localSource(job, file);
  const sent =
    file.fingerprint.sizeBytes <= job.ports.partSizes.singleUploadBytes
      ? await sendWhole(job, file, key, replace, source)
      : await uploadInParts(job, file, key, replace, source);
  if (!sent.ok) return failed(sent.error);
  return finishFile(job, file, sent.value);
}

/** [T19] Idempotent: a marker that is there already is as good. */
async function makeFolderMarker(job: RunningJob, key: string): Promise<FileOutcome> {
  const bucket = targetBucket(job);
  const there = await lookAtTarget(job, key);
  if (!there.ok) return failed(there.error);
  if (there.value !== null) return { type: 'done', verification: 'size' };
  const made = await withoutRefused(job, { condition: true, checksum: false }, (facts) =>
    withBackoff(targetContext(job), () =>
      job.target.connection.store.putSmall(
        bucket,
        key,
        new Uint8Array(),
        { contentType: 'application/x-directory' },
        writeCondition(facts, false),
        job.graceSignal,
      ),
    ),
  );
  if (!made) return stopped;
  if (made.ok || made.error.code === 'PreconditionFailed') return { type: 'done', verification: 'size' };
  return failed(made.error);
}

/** A small object in one request, verified ([T2], [T7]). */
export async function sendWhole(
  job: RunningJob,
  file: FileRecord,
  key: string,
  replace: boolean,
  source: UploadSource,
): Promise<Result<Verification>> {
  const sizeBytes = file.fingerprint.sizeBytes;
  const send = (facts: ServerFacts) =>
    source.send(
      { offset: 0, sizeBytes },
      {
        key,
        as: { type: 'object', ...source.headers, ...writeCondition(facts, replace) },
        withCrc32: facts.checksums !== 'rejected',
        withMd5: facts.checksums !== 'kept',
      },
    );
  const noted = await noteWrite(job, file, replace);
  if (!noted.ok) return noted;
  const turn = gateRequest(job, file, { bytes: sizeBytes, memoryBytes: sizeBytes });
  const sent = await withoutRefused(job, { condition: !replace, checksum: true }, (facts) =>
    job.ports.gate.run(turn, job.signal, () => send(facts)),
  );
  if (!sent) return err(appError('ConnectionReset', {}, 'aborted', 'no'));
  if (!sent.ok) return replace ? sent : findOwn(job, file, key, source, sent.error);
  const { etag, digests } = sent.value;
  const proof = source.proofOf([{ partNumber: 1, sizeBytes, etag, digests: { ...digests, crc32: sent.value.crc32 } }]);
  if (!proof.ok) return proof;
  const verified = await verifyWhole(job, key, sizeBytes, sent.value);
  return verified.ok ? ok(weaker(proof.value, verified.value)) : verified;
}

async function verifyWhole(
  job: RunningJob,
  key: string,
  sizeBytes: number,
  sent: RangeSent,
): Promise<Result<Verification>> {
  if (sent.serverCrc32 !== null) {
    job.target.facts.checksums = 'kept';
    if (sent.serverCrc32 === sent.crc32) return ok('checksum');
    return err(appError('ChecksumMismatch', { key, expected: sent.crc32, actual: sent.serverCrc32 }));
  }
  if (job.target.facts.checksums !== 'rejected') job.target.facts.checksums = 'notKept';
  if (sent.md5 !== null && plainMd5OfEtag(sent.etag) === sent.md5) return ok('md5');
  return verifyByHead(job, key, sizeBytes, sent);
}
