import type { Verification } from '../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { modifiedMsOf } from './fingerprint.ts';
import type { FileRecord } from './journal.ts';
import { type RetryContext, withBackoff } from './retry.ts';
import type { RunningJob, ServerFacts } from './running-job.ts';

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
  const { facts } = job;
  const condition = sends.condition && facts.conditions === 'unknown' ? ({ conditions: 'rejected' } as const) : null;
  const checksum = sends.checksum && facts.checksums === 'unknown' ? ({ checksums: 'rejected' } as const) : null;
  const lessons: Partial<ServerFacts>[] = [];
  if (condition) lessons.push(condition);
  if (checksum) lessons.push(checksum);
  if (condition && checksum) lessons.push({ ...condition, ...checksum });
  let result = await attempt(facts);
  for (const lesson of lessons) {
    if (!result || result.ok || !mayBeRefusal(result.error)) return result;
    result = await attempt({ ...facts, ...lesson });
    if (result?.ok) Object.assign(facts, lesson);
  }
  return result;
}

function mayBeRefusal({ code }: AppError): boolean {
  return code === 'NotImplemented' || code === 'InvalidArgument';
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
