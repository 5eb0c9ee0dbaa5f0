import type { AppError } from '../../shared/errors.ts';
import type { ObjectStore } from './object-store.ts';

/** Pages looked through for a key that differs only in case. */
const pagesForKey = 3;

/**
 * The same error with `suggestion` in its context: the bucket or key that is there and differs from the missing one only
 * in upper and lower case. Costs a few requests, so it is for errors a person reads; the signal ends them, and then the
 * error is as it was.
 */
export async function withSuggestion(store: ObjectStore, error: AppError, signal?: AbortSignal): Promise<AppError> {
  const { bucket, key } = error.context;
  if (typeof bucket !== 'string') return error;
  let suggestion: string | null = null;
  if (error.code === 'NoSuchBucket') suggestion = await similarBucket(store, bucket, signal);
  if (error.code === 'NoSuchKey' && typeof key === 'string')
    suggestion = await similarKey({ store, bucket, signal }, key);
  return suggestion === null ? error : { ...error, context: { ...error.context, suggestion } };
}

async function similarBucket(
  store: ObjectStore,
  bucket: string,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const buckets = await store.listBuckets(signal);
  if (buckets.ok) {
    return buckets.value.map(({ name }) => name).find((name) => differsInCase(name, bucket)) ?? null;
  }
  // Not allowed to list them: only S3's own spelling is worth a guess.
  const lower = bucket.toLowerCase();
  if (lower === bucket) return null;
  const location = await store.bucketLocation(lower, signal);
  return location.ok ? lower : null;
}

type Place = { readonly store: ObjectStore; readonly bucket: string; readonly signal: AbortSignal | undefined };

/** Goes up to where the folders are, in case these are spelled otherwise too. */
async function similarKey(place: Place, key: string): Promise<string | null> {
  const parent = key.slice(0, key.lastIndexOf('/', key.length - 2) + 1);
  const { found, isEmpty } = await lookIn(place, parent, (other) => differsInCase(other, key));
  if (found !== null || !isEmpty || parent === '') return found;
  const folder = await similarKey(place, parent);
  if (folder === null) return null;
  const wanted = (folder + key.slice(parent.length)).toLowerCase();
  return (await lookIn(place, folder, (other) => other.toLowerCase() === wanted)).found;
}

async function lookIn(
  { store, bucket, signal }: Place,
  folder: string,
  fits: (key: string) => boolean,
): Promise<{ readonly found: string | null; readonly isEmpty: boolean }> {
  let continuationToken: string | undefined;
  for (let page = 0; page < pagesForKey; page++) {
    const listed = await store.listPage({ bucket, prefix: folder, delimiter: '/', continuationToken, signal });
    if (!listed.ok) return { found: null, isEmpty: false };
    const keys = [...listed.value.objects.map((object) => object.key), ...listed.value.prefixes];
    const found = keys.find(fits);
    if (found !== undefined) return { found, isEmpty: false };
    if (page === 0 && keys.length === 0) return { found: null, isEmpty: true };
    if (listed.value.continuationToken === null) break;
    continuationToken = listed.value.continuationToken;
  }
  return { found: null, isEmpty: false };
}

function differsInCase(a: string, b: string): boolean {
  return a !== b && a.toLowerCase() === b.toLowerCase();
}
