import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { FileRecord } from './journal.ts';
import { type RetryContext, withBackoff } from './retry.ts';
import type { RunningJob } from './running-job.ts';

export function retryContext(job: RunningJob, bucket: string): RetryContext {
  const { clock, random, retryPolicy: policy } = job.ports;
  return { connection: job.connection, bucket, clock, random, signal: job.signal, policy };
}

export function uploadBucket(job: RunningJob): string {
  if (job.request.kind !== 'upload') throw new Error('not an upload');
  return job.request.bucket;
}

/** What is at a key; null when nothing is (or when the credentials cannot tell: then the write's condition decides). */
export async function lookAtObject(job: RunningJob, bucket: string, key: string) {
  const head = await withBackoff(retryContext(job, bucket), () => job.connection.store.head(bucket, key, job.signal));
  if (!head.ok) return head.error.code === 'NoSuchKey' || head.error.code === 'AccessDenied' ? ok(null) : head;
  const modifiedMs = head.value.lastModified === null ? null : Date.parse(head.value.lastModified);
  return ok({ sizeBytes: head.value.sizeBytes, modifiedMs });
}

/** True when the refusal taught something, and the same request is worth sending once more without it. */
export function learnFromRefusal(job: RunningJob, code: string, replace: boolean): boolean {
  if (code !== 'NotImplemented' && code !== 'InvalidArgument') return false;
  if (!replace && job.facts.conditions === 'unknown') {
    job.facts.conditions = 'rejected';
    return true;
  }
  if (job.facts.checksums === 'unknown') {
    job.facts.checksums = 'rejected';
    return true;
  }
  return false;
}

/** The weakest proof: the object is there and as long as it should be. */
export async function verifySize(
  job: RunningJob,
  bucket: string,
  key: string,
  sizeBytes: number,
): Promise<Result<Verification>> {
  const head = await withBackoff(retryContext(job, bucket), () => job.connection.store.head(bucket, key, job.signal));
  if (!head.ok) return head;
  if (head.value.sizeBytes !== sizeBytes) {
    return err(appError('SizeMismatch', { key, expectedBytes: sizeBytes, actualBytes: head.value.sizeBytes }));
  }
  return ok('size');
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
