import { createReadStream } from 'node:fs';
import { baseName } from '../../../shared/domain/action-source.ts';
import type { Action } from '../../../shared/domain/rule-action.ts';
import { appError } from '../../../shared/errors.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { sameEtag } from '../../s3/etag.ts';
import { mapFileError } from '../../s3/file-errors.ts';
import { contentTypeOf } from '../../transfers/content-type.ts';
import type { RunRecord, Subject } from '../rule-record.ts';
import { asOutcome, type DirectContext } from './direct-context.ts';
import { type PlanContext, targetKey } from './plan-transfer.ts';
import type { StepOutcome } from './step-outcome.ts';

export type UploadStreamAction = Extract<Action, { type: 'uploadStream' }>;

/**
 * Sends a file or an object as one stream of unknown length. A target that is there is looked at just before; what appears
 * in between is replaced. Nothing is left behind when it fails.
 */
export async function uploadStream(
  action: UploadStreamAction,
  run: RunRecord,
  context: DirectContext,
): Promise<StepOutcome> {
  const { source } = action;
  const object = source === undefined && run.subject.file === null ? run.subject.object : null;
  const path = source !== undefined && 'file' in source ? source.file : (run.subject.file?.path ?? null);
  if (object === null && path === null)
    return {
      type: 'failed',
      error: appError('InvalidInput', { field: 'source', reason: 'there is nothing to upload' }),
    };
  const key = streamKey(action, run, context);
  if (action.conflict !== 'overwrite') {
    const there = await context.connection.store.head(action.bucket, key, context.signal);
    if (there.ok && action.conflict === 'skip')
      return { type: 'passed', detail: `${action.bucket}/${key}`, subject: { ...run.subject, isLeftOut: true } };
    if (there.ok)
      return {
        type: 'failed',
        error: appError('TargetExists', { bucket: action.bucket, key, target: key }, undefined, 'no'),
      };
    if (there.error.code !== 'NoSuchKey') return { type: 'failed', error: there.error };
  }
  const body = object === null ? ok(readFile(path ?? '')) : await readObject(object, context);
  if (!body.ok) return asOutcome(body.error, true);
  const place = {
    connectionId: context.connectionId,
    bucket: action.bucket,
    key,
    contentType: contentTypeOf(key),
  };
  try {
    const counted = countBytes(body.value);
    const sent = await context.ports.putStream(place, counted.body, context.signal);
    if (!sent.ok) {
      const outcome = asOutcome(sent.error, false);
      const sentBytes = counted.wholeBytes();
      // Its answer may be all that is lost.
      return outcome.type === 'failed' && sentBytes !== null ? { ...outcome, sentBytes } : outcome;
    }
    const { sizeBytes } = sent.value;
    const uploaded: Subject['object'] = {
      connectionId: context.connectionId,
      bucket: action.bucket,
      key,
      sizeBytes,
      etag: null,
      lastModified: null,
    };
    return {
      type: 'done',
      detail: `${action.bucket}/${key}`,
      bytes: sizeBytes,
      subject: object === null ? { ...run.subject, object: uploaded } : run.subject,
    };
  } catch (thrown) {
    // Reading the file.
    return asOutcome(mapFileError(thrown, path ?? ''), source === undefined);
  }
}

/** `wholeBytes`: how many, once all of it has been read; else null. */
function countBytes(body: AsyncIterable<Uint8Array>) {
  let wholeBytes: number | null = null;
  const counted = (async function* () {
    let sizeBytes = 0;
    for await (const chunk of body) {
      sizeBytes += chunk.byteLength;
      yield chunk;
    }
    wholeBytes = sizeBytes;
  })();
  return { body: counted, wholeBytes: () => wholeBytes };
}

/** Where it goes. Pure. */
export function streamKey(action: UploadStreamAction, run: RunRecord, context: PlanContext): string {
  const { source } = action;
  const path = source !== undefined && 'file' in source ? source.file : (run.subject.file?.path ?? null);
  if (source === undefined || path === null) return targetKey(context, action);
  return targetKey({ ...context, values: { ...context.values, path: baseName(path) } }, action);
}

async function readObject(
  { connectionId, bucket, key, etag, versionId }: NonNullable<Subject['object']>,
  { open, signal }: DirectContext,
): Promise<Result<AsyncIterable<Uint8Array>>> {
  const connection = await open(connectionId);
  if (!connection.ok) return connection;
  const got = await connection.value.store.getStream(bucket, key, signal, { versionId });
  if (!got.ok) return got;
  if (etag === null || sameEtag(got.value.details.etag, etag)) return ok(got.value.body);
  // The request ends with the iterator.
  await got.value.body[Symbol.asyncIterator]().return?.();
  return { ok: false, error: appError('SourceChanged', { bucket, key }) };
}

/** Opened by whoever reads it. */
async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
}
