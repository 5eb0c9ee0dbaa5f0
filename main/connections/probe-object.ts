import { randomUUID } from 'node:crypto';
import type { PermissionResult } from '../../shared/domain/connection-test.ts';
import { AppErrorException, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ObjectStore } from '../s3/object-store.ts';

/** What one try showed. */
export type Tried = Pick<PermissionResult, 'outcome' | 'error'>;

export const notTested: Tried = { outcome: 'notTested' };

/** Only a refusal speaks of permission: what is not supported, or got lost on the way, leaves it open. */
export function judgeTry(result: Result<unknown>): Tried {
  if (result.ok) return { outcome: 'allowed' };
  return result.error.code === 'AccessDenied' ? { outcome: 'denied', error: result.error } : notTested;
}

export type ProbedObject = {
  readonly upload: Tried;
  readonly streamingUpload: Tried;
  readonly delete: Tried;
  /** Of the object that was just made; not tested where there was none. */
  readonly download: Tried;
  /** False: the server has taken nothing. */
  readonly wrote: boolean;
  readonly left: readonly LeftBehind[];
};

/** What could not be deleted again, an object or an upload that was begun, and why. */
export type LeftBehind = { readonly key: string; readonly error: AppError };

const content = Buffer.from('Bucket Brigade tried whether it may write here. This can be deleted.\n');
const headers = { contentType: 'text/plain' };

/** Of a name nobody else has, so that nothing can be overwritten, and nothing else is deleted. */
export function probeKey(folder: string): string {
  return `${folder}.bucket-brigade-probe-${randomUUID()}`;
}

/**
 * Uploads two small objects below `folder` ('' or ending in `/`), begins an upload in parts, and takes all of it back,
 * also when something fails on the way. In a bucket with versions the deleted objects remain as old ones, as always.
 */
export async function probeObject(store: ObjectStore, bucket: string, folder: string): Promise<ProbedObject> {
  const key = probeKey(folder);
  const streamKey = probeKey(folder);
  const made = new Set<string>();
  const noteMade = (name: string, result: Result<unknown>) => {
    if (result.ok || mayBeStored(result.error)) made.add(name);
  };
  const probed: Record<'upload' | 'streamingUpload' | 'download', Tried> = {
    upload: notTested,
    streamingUpload: notTested,
    download: notTested,
  };
  const left: LeftBehind[] = [];
  const keepTrack = (name: string, removal: Result<void>) => {
    if (!removal.ok) left.push({ key: name, error: removal.error });
    return removal;
  };
  const removals: Result<void>[] = [];
  try {
    const stored = await putNew(store, bucket, key);
    noteMade(key, stored);
    probed.upload = judgeTry(stored);
    if (stored.ok) probed.download = judgeTry(await readOneByte(store, bucket, key));

    // Short as it is, the stream goes in one piece; longer ones begin an upload in parts and may have to abort it.
    const upload = await store.createMultipart(bucket, streamKey, headers);
    const tries: Result<unknown>[] = [upload];
    if (upload.ok) {
      tries.push(keepTrack(streamKey, await store.abortMultipart(bucket, streamKey, upload.value.uploadId)));
    }
    const streamed = await store.putStream(bucket, streamKey, inOnePiece(), headers);
    noteMade(streamKey, streamed);
    probed.streamingUpload = judgeAll([...tries, streamed].map(judgeTry));
  } finally {
    for (const name of made) removals.push(keepTrack(name, await store.remove(bucket, name)));
  }
  return { ...probed, delete: judgeRemovals(removals, left), wrote: made.size > 0, left };
}

/** Whether an object can be read, by its first byte. */
export async function readOneByte(
  store: ObjectStore,
  bucket: string,
  key: string,
  signal?: AbortSignal,
): Promise<Result<void>> {
  const answer = await store.readRange(bucket, key, { offset: 0, sizeBytes: 1, ifMatch: null }, signal);
  if (!answer.ok) return answer;
  try {
    // To its end, which gives the connection back.
    for await (const chunk of answer.value) if (chunk.byteLength > 0) continue;
    return ok();
  } catch (error) {
    if (error instanceof AppErrorException) return err(error.error);
    throw error;
  }
}

async function putNew(store: ObjectStore, bucket: string, key: string): Promise<Result<unknown>> {
  const stored = await store.putSmall(bucket, key, content, headers, { ifNoneMatch: '*' });
  const knowsCondition = stored.ok || stored.error.code !== 'NotImplemented';
  return knowsCondition ? stored : store.putSmall(bucket, key, content, headers);
}

async function* inOnePiece(): AsyncGenerator<Uint8Array> {
  yield content;
}

/** The answer may have got lost, or be about a second try: rather a deletion of nothing than an object that stays. */
function mayBeStored({ code, context }: AppError): boolean {
  const { status } = context;
  return code === 'PreconditionFailed' || typeof status !== 'number' || status < 400 || status >= 500;
}

function judgeAll(tries: readonly Tried[]): Tried {
  const denied = tries.find(({ outcome }) => outcome === 'denied');
  if (denied !== undefined) return denied;
  return tries.every(({ outcome }) => outcome === 'allowed') ? { outcome: 'allowed' } : notTested;
}

/** What stays is named in the error, whatever the reason. */
function judgeRemovals(removals: readonly Result<void>[], left: readonly LeftBehind[]): Tried {
  if (removals.length === 0) return notTested;
  const tried = judgeAll(removals.map(judgeTry));
  const error = tried.error ?? removals.find((removal) => !removal.ok)?.error;
  if (error === undefined) return tried;
  const keys = new Set(left.map(({ key }) => key));
  return { ...tried, error: { ...error, context: { ...error.context, key: [...keys].join(', ') } } };
}
