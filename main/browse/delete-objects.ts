import { outermost } from '../../shared/domain/outermost.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { ObjectStore, VersionOfKey } from '../s3/object-store.ts';
import { maxPageSize } from '../s3/sdk-listing.ts';

export type Deletion = {
  readonly deleted: readonly string[];
  /** A key that was not deleted, or a prefix whose listing failed: what it had not seen yet is still there. */
  readonly failed: readonly { readonly key: string; readonly error: AppError }[];
};

/** DeleteObjects calls under way at once. */
const batchesUnderWay = 3;

/**
 * Deletes the keys, and whatever is below the prefixes at the time it is listed, folder markers included. Batches go
 * out while the listing goes on. Each failure is named; nothing is deleted that was not given or listed.
 */
export async function deleteObjects(
  store: ObjectStore,
  bucket: string,
  keys: readonly string[],
  prefixes: readonly string[],
): Promise<Deletion> {
  const deleted: string[] = [];
  const failed: { key: string; error: AppError }[] = [];
  await deleteEach(store, bucket, new Set(keys), prefixes, {
    deleted: (key) => deleted.push(key),
    failed: (key, error) => failed.push({ key, error }),
  });
  return { deleted, failed };
}

/** As deleteObjects, but keeps nothing: for any number of keys, each given once. */
export async function deleteEach(
  store: ObjectStore,
  bucket: string,
  keys: Iterable<string>,
  prefixes: readonly string[],
  on: {
    readonly deleted: (key: string) => void;
    readonly failed: (key: string, error: AppError) => void;
    /** The delete marker of each, where the bucket is versioned. */
    readonly marked?: (marker: VersionOfKey) => void;
  },
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let gathered: string[] = [];
  let { marked } = on;
  let isVersioned = false;

  const remove = async (batch: readonly string[]): Promise<void> => {
    let [markers, isUntold] = [0, false];
    const onMarker = marked && ((marker: VersionOfKey) => ((markers += 1), on.marked?.(marker)));
    const answer = await store.removeMany(bucket, batch, onMarker, () => (isUntold = true));
    let deleted = 0;
    for (const key of batch) {
      const failure = answer.ok ? answer.value.get(key) : answer;
      if (failure === undefined || failure.ok) {
        deleted += 1;
        on.deleted(key);
      } else on.failed(key, failure.error);
    }
    if (markers > 0) isVersioned = true;
    // It seems that it is not: from now on the answers may be short.
    if (deleted > 0 && !isVersioned && !isUntold) marked = undefined;
    if (!answer.ok) return;
    // A server that names a key in another spelling: rather a failure too many than one unsaid.
    const asked = new Set(batch);
    for (const [key, failure] of answer.value) {
      if (!asked.has(key) && !failure.ok) on.failed(key, failure.error);
    }
  };
  const send = async (): Promise<void> => {
    const batch = gathered;
    gathered = [];
    if (batch.length === 0) return;
    while (underWay.size >= batchesUnderWay) await Promise.race(underWay);
    const task = remove(batch).finally(() => underWay.delete(task));
    underWay.add(task);
  };
  const add = async (key: string): Promise<void> => {
    gathered.push(key);
    if (gathered.length >= maxPageSize) await send();
  };

  for (const key of keys) await add(key);
  for (const prefix of outermost(prefixes)) {
    for await (const listed of store.listAll({ bucket, prefix })) {
      if (!listed.ok) {
        on.failed(prefix, listed.error);
        break;
      }
      for (const object of listed.value.rows()) {
        // Not what was asked for: a server that ignores the prefix must not empty the bucket.
        if (!object.key.startsWith(prefix)) {
          on.failed(object.key, appError('NotAnS3Endpoint', { bucket, prefix, key: object.key }));
          continue;
        }
        await add(object.key);
      }
    }
  }
  await send();
  await Promise.all(underWay);
}
