import type { Result } from '../../shared/result.ts';
import { type OpenConnection, serverAddress } from '../s3/open-connection.ts';

/** A multipart upload of ours that was begun. */
export type UploadTrace = {
  /** serverAddress of the connection it was begun with. */
  readonly server: string;
  readonly connectionId: string;
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly startedMs: number;
};

/**
 * What was begun and has been neither completed nor aborted ([T46]). Nothing but this tells our uploads from those of
 * other programs: a server lists them without their metadata. The journal forgets a trace in the commit that takes the
 * upload id from its file; else traces outlive files and jobs.
 */
export interface UploadTraces {
  /** On the disk together with what else is written in this turn. Idempotent. */
  rememberUpload(trace: UploadTrace): Promise<Result<void>>;
  /** It is completed, aborted or not there any more. Idempotent. */
  forgetUpload(trace: UploadTrace): Promise<Result<void>>;
  /** `orphaned`: no job will go on with it: there is none any more, or it was cancelled and could not abort it. */
  uploadTraces(): readonly (UploadTrace & { readonly orphaned: boolean })[];
}

type Upload = Pick<UploadTrace, 'bucket' | 'key' | 'uploadId'>;

/** Pure. */
export function traceOf(connection: OpenConnection, { bucket, key, uploadId }: Upload, startedMs: number): UploadTrace {
  return { server: serverAddress(connection), connectionId: connection.id, bucket, key, uploadId, startedMs };
}

/** Pure. */
export function traceId({ server, bucket, key, uploadId }: UploadTrace): string {
  return JSON.stringify([server, bucket, key, uploadId]);
}

/** Pure. On one server. */
export function isSameUpload(a: Upload, b: Upload): boolean {
  return a.uploadId === b.uploadId && a.key === b.key && a.bucket === b.bucket;
}
