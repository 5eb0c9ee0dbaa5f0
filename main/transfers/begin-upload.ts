import { appError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import type { MultipartUpload, ObjectHeaders } from '../s3/object-store.ts';
import { orAborted } from './deadlines.ts';
import { targetBucket, targetContext } from './job-requests.ts';
import type { FileRecord } from './journal.ts';
import { withBackoff } from './retry.ts';
import type { RunningJob } from './running-job.ts';
import { traceOf } from './upload-traces.ts';

/**
 * A new multipart upload, journaled with the file and noted apart from it before any part is sent ([T1], [T46]); one that cannot
 * be is aborted. `partBytes`: null for one that is not resumed.
 */
export async function beginUpload(
  job: RunningJob,
  file: FileRecord,
  key: string,
  headers: ObjectHeaders,
  partBytes: number | null,
): Promise<Result<MultipartUpload>> {
  const { journal, clock } = job.ports;
  const { connection } = job.target;
  const bucket = targetBucket(job);
  const created = await createUpload(job, key, headers);
  if (!created.ok) return created;
  const { uploadId, keepsChecksum } = created.value;
  const [traced, saved] = await Promise.all([
    journal.rememberUpload(traceOf(connection, { bucket, key, uploadId }, clock.nowMs())),
    journal.updateFile(file.id, { uploadId, keepsChecksum, partBytes }),
  ]);
  const refused = [traced, saved].find((written) => !written.ok);
  if (refused?.ok !== false) return created;
  await connection.store.abortMultipart(bucket, key, uploadId, job.graceSignal);
  return refused;
}

/**
 * Not cut off, but left alone when the job stops waiting for it ([T61]): the server may make it all the same, and nobody
 * would know of it. When the answer comes after all, it is aborted.
 */
async function createUpload(job: RunningJob, key: string, headers: ObjectHeaders): Promise<Result<MultipartUpload>> {
  const { store } = job.target.connection;
  const bucket = targetBucket(job);
  const creating = withBackoff(targetContext(job), () => store.createMultipart(bucket, key, headers));
  const given = await orAborted(creating, job.graceSignal);
  if (given !== null) return given;
  void creating.then((late) => (late.ok ? store.abortMultipart(bucket, key, late.value.uploadId) : late));
  return err(appError('Cancelled', { bucket, key }));
}
