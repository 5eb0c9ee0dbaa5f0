import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { combineCrc } from '../checksums/combine-crc.ts';
import { multipartEtag, plainMd5OfEtag, sameEtag } from '../s3/etag.ts';
import type { StoredObject } from '../s3/object-store.ts';
import { beginUpload } from './begin-upload.ts';
import type { FileRecord, PartRecord } from './journal.ts';
import { headTarget, lookAtTarget, targetBucket, targetContext, withoutRefused } from './job-requests.ts';
import { type PlannedPart, planParts } from './part-plan.ts';
import { withBackoff } from './retry.ts';
import { runParts } from './run-parts.ts';
import { conflictPolicyOf, type RunningJob, type ServerFacts } from './running-job.ts';
import { writeCondition } from './target-conflict.ts';
import { type UploadSource, weaker } from './upload-source.ts';

type Upload = {
  readonly uploadId: string;
  /** The server said that it keeps a full-object CRC32. Some do and do not say so: then the answers to parts tell. */
  readonly keepsChecksum: boolean;
  readonly partBytes: number;
  readonly parts: readonly PartRecord[];
};

/** What is known of the checksums of an upload's parts while it goes on. */
type PartChecks = { kept: boolean | null };

/** Aborts the upload under way and forgets its parts. Idempotent. */
export async function discardUpload(job: RunningJob, file: FileRecord): Promise<Result<void>> {
  if (file.uploadId !== null) {
    const aborted = await job.target.connection.store.abortMultipart(
      targetBucket(job),
      file.savedAs ?? file.target,
      file.uploadId,
      job.graceSignal,
    );
    if (!aborted.ok && aborted.error.code !== 'NoSuchUpload') return aborted;
  }
  const cleared = await job.ports.journal.clearParts(file.id);
  return cleared.ok ? job.ports.journal.updateFile(file.id, { uploadId: null, partBytes: null }) : cleared;
}

/** A multipart upload: begun or resumed, its missing parts sent in parallel, completed and verified ([T1]-[T9]). */
export async function uploadInParts(
  job: RunningJob,
  file: FileRecord,
  key: string,
  replace: boolean,
  source: UploadSource,
): Promise<Result<Verification>> {
  const { journal } = job.ports;
  const bucket = targetBucket(job);
  const sizeBytes = file.fingerprint.sizeBytes;
  const opened = await openUpload(job, file, key, source);
  if (!opened.ok) return opened;
  if ('finished' in opened.value) {
    const proof = source.proofOf(journal.parts(file.id));
    return proof.ok ? ok(weaker(proof.value, opened.value.finished)) : proof;
  }
  const upload = opened.value;

  const plan = planParts(sizeBytes, upload.partBytes);
  const have = new Map(upload.parts.map((part) => [part.partNumber, part]));
  for (const part of have.values()) job.addResumedBytes(file.id, part.sizeBytes);
  const missing = plan.filter((part) => !have.has(part.partNumber));
  const checks: PartChecks = { kept: upload.keepsChecksum ? true : null };
  const sent = await runParts(
    job,
    file,
    missing,
    (part) => source.heldBytes(part.sizeBytes),
    async (part) => {
      const result = await sendPart(job, source, { key, uploadId: upload.uploadId, checks }, part);
      if (!result.ok) return result;
      have.set(part.partNumber, result.value);
      return journal.savePart(file.id, result.value);
    },
  );
  if (!sent.ok) return sent;

  const confirmed = await source.confirm();
  if (!confirmed.ok) return confirmed;
  const parts = plan.flatMap((part) => have.get(part.partNumber) ?? []);
  const proof = source.proofOf(parts);
  if (!proof.ok) return proof;
  const tellsChecksum = (facts: ServerFacts) =>
    upload.keepsChecksum || (checks.kept === true && facts.checksums !== 'rejected');
  const complete = (facts: ServerFacts) =>
    withBackoff(targetContext(job), () =>
      job.target.connection.store.completeMultipart(
        bucket,
        key,
        upload.uploadId,
        parts.map((part) => ({
          partNumber: part.partNumber,
          etag: part.etag ?? '',
          ...(tellsChecksum(facts) ? { crc32: part.digests['crc32'] } : {}),
        })),
        { ...writeCondition(facts, replace), ...(tellsChecksum(facts) ? { crc32: wholeCrc32(parts), sizeBytes } : {}) },
        job.graceSignal,
      ),
    );
  // [T21] Not every server heeds the condition, and the parts may have taken hours.
  const there = replace ? ok(null) : await lookAtTarget(job, key);
  if (!there.ok) return there;
  if (there.value !== null) return err(appError('PreconditionFailed', { bucket, key }));
  const completed = await withoutRefused(
    job,
    { condition: !replace, checksum: !upload.keepsChecksum && checks.kept === true },
    complete,
  );
  if (!completed) return err(appError('ConnectionReset', {}, 'aborted', 'no'));
  if (!completed.ok) {
    // The answer of an earlier try may have been lost: the upload is gone because it was completed.
    if (completed.error.code === 'NoSuchUpload') {
      const found = await verifyLost(job, key, sizeBytes, parts);
      if (!found.ok) return found;
      if (found.value !== null) return ok(weaker(proof.value, found.value));
      const cleared = await forget(job, file);
      return cleared.ok ? completed : cleared;
    }
    // PreconditionFailed: someone made the object meanwhile. What to do with it is decided again, with the parts kept.
    return completed;
  }
  const verified = await verifyCompleted(job, key, sizeBytes, parts, completed.value);
  return verified.ok ? ok(weaker(proof.value, verified.value)) : verified;
}

function wholeCrc32(parts: readonly PartRecord[]): string {
  return parts
    .map((part) => ({ crc: part.digests['crc32'] ?? '', sizeBytes: part.sizeBytes }))
    .reduce((all, part) => ({
      crc: combineCrc('crc32', all.crc, part.crc, part.sizeBytes),
      sizeBytes: all.sizeBytes + part.sizeBytes,
    })).crc;
}

/** The ETag the whole has from these parts: from their MD5s, else from the MD5s that their own ETags are. */
function wholeEtag(parts: readonly PartRecord[]): string | null {
  const md5s = parts.map(({ digests, etag }) =>
    digests['md5'] === undefined ? plainMd5OfEtag(etag) : Buffer.from(digests['md5'], 'base64').toString('hex'),
  );
  const known = md5s.filter((md5) => md5 !== null);
  return known.length === md5s.length ? multipartEtag(known) : null;
}

async function forget(job: RunningJob, file: FileRecord): Promise<Result<void>> {
  const cleared = await job.ports.journal.clearParts(file.id);
  return cleared.ok ? job.ports.journal.updateFile(file.id, { uploadId: null, partBytes: null }) : cleared;
}

/**
 * [T6] How far an upload is verified that was completed before its file was journaled as done; null: it was not. To be
 * asked before a conflict is settled: what is in the way then is its own object.
 */
export async function findCompleted(
  job: RunningJob,
  file: FileRecord,
  source: UploadSource,
): Promise<Result<Verification | null>> {
  const { uploadId, partBytes } = file;
  if (uploadId === null || partBytes === null || conflictPolicyOf(job, file) === 'overwrite') return ok(null);
  const key = file.savedAs ?? file.target;
  const { sizeBytes } = file.fingerprint;
  const parts = journaledParts(job, file, source);
  if (parts.length !== planParts(sizeBytes, partBytes).length) return ok(null);
  const listed = await withBackoff(targetContext(job), () =>
    job.target.connection.store.listParts(targetBucket(job), key, uploadId, job.signal),
  );
  if (listed.ok) return ok(null);
  if (listed.error.code !== 'NoSuchUpload') return listed;
  const found = await verifyLost(job, key, sizeBytes, parts);
  if (!found.ok || found.value === null) return found;
  const proof = source.proofOf(parts);
  return proof.ok ? ok(weaker(proof.value, found.value)) : proof;
}

/** With all that the source is proven by. */
function journaledParts({ ports }: RunningJob, { id }: FileRecord, source: UploadSource): PartRecord[] {
  return ports.journal.parts(id).filter((part) => source.digests.every((name) => part.digests[name] !== undefined));
}

/** The upload to go on with: the journaled one with the parts both sides know, else a new one, journaled before any part. */
async function openUpload(
  job: RunningJob,
  file: FileRecord,
  key: string,
  source: UploadSource,
): Promise<Result<Upload | { readonly finished: Verification }>> {
  const { store } = job.target.connection;
  const bucket = targetBucket(job);
  const sizeBytes = file.fingerprint.sizeBytes;
  if (file.uploadId !== null && file.partBytes !== null) {
    const { uploadId, keepsChecksum, partBytes } = file;
    const journaled = journaledParts(job, file, source);
    const listed = await withBackoff(targetContext(job), () => store.listParts(bucket, key, uploadId, job.signal));
    if (listed.ok) {
      const onServer = new Map(listed.value.map((part) => [part.partNumber, part]));
      const parts = journaled.filter((part) => {
        const there = onServer.get(part.partNumber);
        return there !== undefined && there.sizeBytes === part.sizeBytes && sameEtag(there.etag, part.etag);
      });
      return ok({ uploadId, keepsChecksum, partBytes, parts });
    }
    if (listed.error.code !== 'NoSuchUpload') return listed;
    if (journaled.length === planParts(sizeBytes, partBytes).length) {
      const found = await verifyLost(job, key, sizeBytes, journaled);
      if (!found.ok) return found;
      if (found.value !== null) return ok({ finished: found.value });
    }
    const cleared = await forget(job, file);
    if (!cleared.ok) return cleared;
  }
  const { partBytes } = source;
  const begun = await beginUpload(job, file, key, source.headers, partBytes);
  return begun.ok ? ok({ ...begun.value, partBytes, parts: [] }) : begun;
}

/** [T3] While nobody knows whether the server keeps checksums, a part has both: the CRC32 and an MD5. */
async function sendPart(
  job: RunningJob,
  source: UploadSource,
  { key, uploadId, checks }: { readonly key: string; readonly uploadId: string; readonly checks: PartChecks },
  { partNumber, offset, sizeBytes }: PlannedPart,
): Promise<Result<PartRecord>> {
  const sent = await withoutRefused(job, { condition: false, checksum: checks.kept === null }, (facts) => {
    const withCrc32 = checks.kept ?? facts.checksums !== 'rejected';
    const as = { type: 'part', uploadId, partNumber } as const;
    return source.send({ offset, sizeBytes }, { key, as, withCrc32, withMd5: checks.kept !== true });
  });
  if (sent === null) return err(appError('ConnectionReset', {}, 'aborted', 'no'));
  if (!sent.ok) return sent;
  const { crc32, serverCrc32, md5, etag } = sent.value;
  if (serverCrc32 !== null && serverCrc32 !== crc32)
    return err(appError('ChecksumMismatch', { key, expected: crc32, actual: serverCrc32 }));
  checks.kept ??= serverCrc32 !== null;
  const digests: Record<string, string> = { ...sent.value.digests, crc32 };
  if (md5 !== null) digests['md5'] = Buffer.from(md5, 'hex').toString('base64');
  return ok({ partNumber, sizeBytes, etag, digests });
}

async function verifyCompleted(
  job: RunningJob,
  key: string,
  sizeBytes: number,
  parts: readonly PartRecord[],
  stored: StoredObject,
): Promise<Result<Verification>> {
  const crc32 = stored.checksums['crc32'];
  if (crc32 !== undefined && stored.checksumType !== 'COMPOSITE') {
    const expected = wholeCrc32(parts);
    return crc32 === expected ? ok('checksum') : err(appError('ChecksumMismatch', { key, expected, actual: crc32 }));
  }
  const found = await verifyStored(job, key, sizeBytes, parts);
  if (!found.ok) return found;
  return found.value === null ? err(appError('SizeMismatch', { key, expectedBytes: sizeBytes })) : ok(found.value);
}

/**
 * [T6] The same, where an upload is gone and only the object can tell whether it was completed: something of the same
 * size proves nothing then, it may have been there before. Nor does what may not be looked at.
 */
async function verifyLost(
  job: RunningJob,
  key: string,
  sizeBytes: number,
  parts: readonly PartRecord[],
): Promise<Result<Verification | null>> {
  const found = await verifyStored(job, key, sizeBytes, parts);
  if (!found.ok) return found.error.code === 'AccessDenied' ? ok(null) : found;
  return found.value === 'size' ? ok(null) : found;
}

/** How far the object at the key is proven to be these parts; null when it is not (or is not there). */
async function verifyStored(
  job: RunningJob,
  key: string,
  sizeBytes: number,
  parts: readonly PartRecord[],
): Promise<Result<Verification | null>> {
  const head = await headTarget(job, key, job.graceSignal);
  if (!head.ok) return head.error.code === 'NoSuchKey' ? ok(null) : head;
  if (head.value.sizeBytes !== sizeBytes) return ok(null);
  const crc32 = head.value.checksums['crc32'];
  if (crc32 !== undefined && head.value.checksumType === 'FULL_OBJECT')
    return ok(crc32 === wholeCrc32(parts) ? 'checksum' : null);
  return ok(sameEtag(head.value.etag, wholeEtag(parts)) ? 'md5' : 'size');
}
