import { createHash } from 'node:crypto';
import { appError, AppErrorException } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { ObjectStore } from '../../s3/object-store.ts';
import { verifyStored } from '../../s3/verify-stored.ts';
import type { AuditSegment } from './audit-journal.ts';
import { compareSegment, segmentBody } from './segment.ts';

type Store = Pick<ObjectStore, 'head' | 'getStream' | 'putSmall'>;

/** So many of its lines are in the bucket now; null: the key is taken by something else. */
export type Written = number | null;

const headers = { contentType: 'application/x-ndjson' };

/**
 * [A51] [A52] Writes a segment unless it is there. Idempotent. Nothing is ever replaced: an object that is there is read and
 * compared. It is looked for first, for servers that do not know `If-None-Match`; where the credentials may not look, the
 * condition alone must do.
 */
export async function writeSegment(
  store: Store,
  { bucket, key }: Pick<AuditSegment, 'bucket' | 'key'>,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<Result<Written>> {
  const found = await store.head(bucket, key, signal);
  if (found.ok) return compareStored(store, { bucket, key }, lines, signal);
  const { code } = found.error;
  if (code !== 'NoSuchKey' && code !== 'AccessDenied') return found;

  const body = segmentBody(lines);
  let put = await store.putSmall(bucket, key, body, headers, { ifNoneMatch: '*' }, signal);
  if (!put.ok && put.error.code === 'PreconditionFailed') return compareStored(store, { bucket, key }, lines, signal);
  // Servers that refuse the condition have said just now that nothing is there.
  if (!put.ok && put.error.code === 'NotImplemented' && code === 'NoSuchKey')
    put = await store.putSmall(bucket, key, body, headers, undefined, signal);
  if (!put.ok) return put;
  const sent = { sizeBytes: body.byteLength, digest: () => null, etag: createHash('md5').update(body).digest('hex') };
  const verified = await verifyStored(store.head, { bucket, key }, put.value, sent);
  // The server has taken it by its checksum; that it may not be looked at is no reason to write it again.
  return verified.ok || verified.error.code === 'AccessDenied' ? ok(lines.length) : verified;
}

async function compareStored(
  store: Store,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  lines: readonly string[],
  signal: AbortSignal,
): Promise<Result<Written>> {
  const maxBytes = segmentBody(lines).byteLength;
  const got = await store.getStream(bucket, key, signal);
  if (!got.ok) return got;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of got.value.body) {
      chunks.push(Uint8Array.from(chunk));
      sizeBytes += chunk.byteLength;
      // Something else, however long it is.
      if (sizeBytes > maxBytes) return ok(null);
    }
  } catch (failure) {
    if (failure instanceof AppErrorException) return err(failure.error);
    return err(appError('ConnectionReset', { bucket, key }, failure));
  }
  const same = compareSegment(Buffer.concat(chunks), lines);
  if (same === 'other') return ok(null);
  return ok(same === 'whole' ? lines.length : same.first);
}
