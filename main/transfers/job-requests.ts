import type { Verification } from '../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { RangeSent } from '../s3/data-plane/transport.ts';
import { sameEtag } from '../s3/etag.ts';
import type { StoredObject, VersionChoice } from '../s3/object-store.ts';
import { verifyStored } from '../s3/verify-stored.ts';
import { modifiedMsOf } from './fingerprint.ts';
import { type OpenConnection, serverAddress } from '../s3/open-connection.ts';
import type { FileRecord } from './journal.ts';
import type { GateRequest } from './request-gate.ts';
import { type RetryContext, withBackoff } from './retry.ts';
import type { RunningJob, ServerFacts } from './running-job.ts';

/** For requests to where objects are read. */
export function sourceContext(job: RunningJob): RetryContext {
  return contextOf(job, job.connection, job.request.bucket);
}

/** For requests to where objects are written. */
export function targetContext(job: RunningJob): RetryContext {
  return contextOf(job, job.target.connection, targetBucket(job));
}

function contextOf(job: RunningJob, connection: OpenConnection, bucket: string): RetryContext {
  const { clock, random, retryPolicy: policy, gate } = job.ports;
  const host = serverAddress(connection);
  const onPressure = () => gate.pressed(host);
  return { clock, random, signal: job.signal, policy, onPressure, budget: gate.retriesOf(host), connection, bucket };
}

/** What the gate must know of a request: it goes to where objects are written, or else to where they are read. */
export function gateRequest(
  job: RunningJob,
  file: FileRecord,
  needs: { readonly bytes: number; readonly memoryBytes: number },
): GateRequest {
  const { connection } = job.request.kind === 'download' ? job : job.target;
  return { ...needs, jobId: job.id, fileId: file.id, maxInFlight: job.maxInFlight, host: serverAddress(connection) };
}

export function targetBucket({ request }: RunningJob): string {
  if (request.kind === 'download') throw new Error('a download has no target bucket');
  return request.kind === 'copy' ? request.toBucket : request.bucket;
}

/** `signal`: of the job, unless something has been written, of which is to be known how it ended ([T61]). */
export function headTarget(job: RunningJob, key: string, signal = job.signal) {
  return withBackoff(targetContext(job), () => job.target.connection.store.head(targetBucket(job), key, signal));
}

/** The same of where objects are read. */
export function headSource(job: RunningJob, key: string, signal = job.signal, version?: VersionChoice) {
  return withBackoff(sourceContext(job), () => job.connection.store.head(job.request.bucket, key, signal, version));
}

/** Or not to be looked at: what that means is said where it is to be read or written. Any other failure is no answer. Pure. */
export function isGone({ code }: AppError): boolean {
  return code === 'NoSuchKey' || code === 'AccessDenied';
}

/** What is at a key; null when nothing is (or when the credentials cannot tell: then the write's condition decides). */
export async function lookAtTarget(job: RunningJob, key: string) {
  const head = await headTarget(job, key);
  if (!head.ok) return isGone(head.error) ? ok(null) : head;
  return ok({ sizeBytes: head.value.sizeBytes, modifiedMs: modifiedMsOf(head.value) });
}

/**
 * Runs a write, and where the server refuses it for something that may be a header it does not know, once more without
 * that header. Only a success without it proves that it was to blame, and only then is it remembered: the same answers
 * are given for keys and bodies that are wrong, and the writes of others must keep their protection ([T21]).
 */
export async function withoutRefused<T>(
  job: RunningJob,
  sends: { readonly condition: boolean; readonly checksum: boolean },
  attempt: (facts: ServerFacts) => Promise<Result<T> | null>,
): Promise<Result<T> | null> {
  const { facts } = job.target;
  for (;;) {
    const asked = { ...facts };
    const condition = sends.condition && asked.conditions === 'unknown' ? ({ conditions: 'rejected' } as const) : null;
    const checksum = sends.checksum && asked.checksums === 'unknown' ? ({ checksums: 'rejected' } as const) : null;
    const lessons: Partial<ServerFacts>[] = [];
    if (condition) lessons.push(condition);
    if (checksum) lessons.push(checksum);
    if (condition && checksum) lessons.push({ ...condition, ...checksum });
    let result = await attempt(asked);
    if (!result || result.ok || !mayBeRefusal(result.error)) return result;
    // Another file has learned something meanwhile: with both left out at once nobody knows which of them was to blame.
    if (isOtherRefusal(facts, asked)) continue;
    for (const lesson of lessons) {
      result = await attempt({ ...asked, ...lesson });
      if (result?.ok) Object.assign(facts, lesson);
      if (!result || result.ok || !mayBeRefusal(result.error)) return result;
    }
    return result;
  }
}

function isOtherRefusal(a: ServerFacts, b: ServerFacts): boolean {
  return a.conditions !== b.conditions || (a.checksums === 'rejected') !== (b.checksums === 'rejected');
}

function mayBeRefusal({ code }: AppError): boolean {
  return code === 'NotImplemented' || code === 'InvalidArgument';
}

const nothingAnswered: StoredObject = {
  etag: null,
  checksums: {},
  checksumType: null,
  versionId: null,
  etagIsMd5: false,
};

/**
 * Where the answer to a write proves nothing: is what is there now what was sent? As long as it should be, with the ETag that the
 * answer named, or without one not provably another: an older object of the same size may stand where nothing was written.
 */
export async function verifyByHead(
  job: RunningJob,
  key: string,
  sizeBytes: number,
  sent: RangeSent,
): Promise<Result<Verification>> {
  const head = await headTarget(job, key, job.graceSignal);
  if (!head.ok) return head;
  const { etag } = head.value;
  if (head.value.sizeBytes === sizeBytes && sent.etag !== null && etag !== null) {
    if (sameEtag(etag, sent.etag)) return ok('size');
    return err(appError('ChecksumMismatch', { key, algorithm: 'etag', expected: sent.etag, actual: etag }));
  }
  const digest = (algorithm: string) => (algorithm === 'crc32' ? sent.crc32 : null);
  const place = { bucket: targetBucket(job), key };
  return verifyStored(() => Promise.resolve(head), place, nothingAnswered, { sizeBytes, digest, etag: sent.md5 });
}

/** Adds the bytes a request moves to the file's progress, and takes them back when the request fails. */
export async function countingBytes<T>(
  job: RunningJob,
  file: FileRecord,
  request: (onBytes: (bytes: number) => void) => Promise<Result<T>>,
): Promise<Result<T>> {
  let counted = 0;
  const result = await request((bytes) => {
    counted += bytes;
    job.addBytes(file.id, bytes);
  });
  if (!result.ok) job.addBytes(file.id, -counted);
  return result;
}
