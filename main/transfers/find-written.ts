import type { Verification } from '../../shared/domain/transfer.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { digestsFor } from '../s3/digests-for.ts';
import type { Digests, RangeDigest } from '../s3/data-plane/transport.ts';
import { md5OfObject } from '../s3/etag.ts';
import type { LookedAtObject } from '../s3/object-store.ts';
import { verifyDownload } from './download-check.ts';
import { headSource, headTarget, isGone } from './job-requests.ts';
import type { FileRecord } from './journal.ts';
import { conflictPolicyOf, type RunningJob } from './running-job.ts';
import { type UploadSource, weaker } from './upload-source.ts';
import { verifyCopy } from './verify-copy.ts';

/**
 * [T6] What is written in one request is found again when nobody heard of it any more: it is no conflict with itself. Proven
 * by its bytes and metadata; the same size proves nothing.
 */

/** Journaled before a write that must not replace anything. Idempotent. */
export async function noteWrite(job: RunningJob, file: FileRecord, replace: boolean): Promise<Result<void>> {
  return replace || file.writeBegun ? ok() : job.ports.journal.updateFile(file.id, { writeBegun: true });
}

/** Null: nothing of ours is there. */
export async function findWritten(
  job: RunningJob,
  file: FileRecord,
  source: UploadSource,
): Promise<Result<Verification | null>> {
  const there = await lookForOwn(job, file);
  if (!there.ok) return there;
  if (there.value === null) return ok(null);
  // Of two servers only the weaker one may be kept by both.
  const hasMd5 = md5OfObject(there.value) !== null;
  const names = new Set<RangeDigest>([...digestsFor(there.value), ...(hasMd5 ? (['md5'] as const) : [])]);
  const digests = await source.digest([...names]);
  if (!digests.ok) return digests;
  const found = proveOwn(there.value, file, source, digests.value);
  if (!found.ok || found.value === null) return found;
  // It was read just now.
  const confirmed = await source.confirm();
  return confirmed.ok ? found : confirmed;
}

/** The same for a copy that the server has made. */
export async function findCopied(job: RunningJob, file: FileRecord): Promise<Result<Verification | null>> {
  const there = await lookForOwn(job, file);
  if (!there.ok) return there;
  if (there.value === null) return ok(null);
  const source = await headSource(job, file);
  if (!source.ok) return isGone(source.error) ? ok(null) : source;
  if (!hasAll(there.value.metadata, source.value.metadata)) return ok(null);
  const verified = await verifyCopy(job, file, file.savedAs ?? file.target, null);
  if (verified.ok) return verified.value === 'size' ? ok(null) : verified;
  const isOther = verified.error.code === 'ChecksumMismatch' || verified.error.code === 'SizeMismatch';
  return isOther || isGone(verified.error) ? ok(null) : verified;
}

/**
 * A write that is tried again because its answer was lost finds its own object in the way. What has the same checksum
 * or MD5 as what was sent is as good as sent; anything else is in the way.
 */
export async function findOwn(
  job: RunningJob,
  file: FileRecord,
  key: string,
  source: UploadSource,
  refusal: AppError,
): Promise<Result<Verification>> {
  const { crc32, md5, side } = refusal.context;
  if (refusal.code !== 'PreconditionFailed' || side === 'source' || typeof crc32 !== 'string') return err(refusal);
  const head = await headTarget(job, key);
  if (!head.ok) return err(refusal);
  const digests = typeof md5 === 'string' ? { crc32, md5: Buffer.from(md5, 'hex').toString('base64') } : { crc32 };
  const found = proveOwn(head.value, file, source, digests);
  if (!found.ok) return found;
  return found.value === null ? err(refusal) : ok(found.value);
}

async function lookForOwn(job: RunningJob, file: FileRecord): Promise<Result<LookedAtObject | null>> {
  if (!file.writeBegun || conflictPolicyOf(job, file) === 'overwrite') return ok(null);
  const head = await headTarget(job, file.savedAs ?? file.target);
  return !head.ok && isGone(head.error) ? ok(null) : head;
}

/** ChecksumMismatch when the bytes that were read are not the source's. Pure. */
function proveOwn(
  there: LookedAtObject,
  { fingerprint: { sizeBytes }, source: name }: FileRecord,
  source: UploadSource,
  digests: Readonly<Partial<Digests['digests']>>,
): Result<Verification | null> {
  if (there.sizeBytes !== sizeBytes || !hasAll(there.metadata, source.headers.metadata)) return ok(null);
  const found = verifyDownload(there, digests, name);
  if (!found.ok || found.value === 'size') return ok(null);
  const known = Object.fromEntries(Object.entries(digests).filter(([, value]) => value !== undefined));
  const proof = source.proofOf([{ partNumber: 1, sizeBytes, etag: there.etag, digests: known }]);
  return proof.ok ? ok(weaker(proof.value, found.value)) : proof;
}

/** Servers add some of their own. */
function hasAll(stored: Readonly<Record<string, string>>, sent: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(sent).every(([name, value]) => stored[name.toLowerCase()] === value);
}
