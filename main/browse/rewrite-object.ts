import { sameHeaders } from '../../shared/domain/object-texts.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sameEtag } from '../s3/etag.ts';
import type { LookedAtObject, ObjectHeaders, ObjectStore, StoredObject, WriteCondition } from '../s3/object-store.ts';
import { verifyStored } from '../s3/verify-stored.ts';
import { checkVersionsStay } from './keep-versions.ts';

type Place = { readonly bucket: string; readonly key: string };

/** What S3 copies at once. */
const maxCopyBytes = 5 * 1024 ** 3;

/** Gives an object other headers and metadata, if it still is the one that was seen: also its headers, of which no ETag tells. */
export async function setHeaders(
  store: ObjectStore,
  { bucket, key }: Place,
  seen: { readonly etag: string; readonly headers: ObjectHeaders },
  headers: ObjectHeaders,
): Promise<Result<StoredObject>> {
  const now = await store.head(bucket, key);
  if (!now.ok) return now;
  if (!sameEtag(now.value.etag, seen.etag) || !sameHeaders(now.value.headers, seen.headers))
    return err(appError('PreconditionFailed', { bucket, key }));
  // What has no version of its own is replaced by itself. Any other would take the place of an older one called `null`.
  const { versionId } = now.value;
  const stay = versionId === null || versionId === 'null' ? ok() : await checkVersionsStay(store, { bucket, key });
  if (!stay.ok) return stay;
  const from = { headers, seen: seen.headers };
  return remake(store, { bucket, key }, now.value, from, { ifMatch: seen.etag }, 'Changing the metadata');
}

/**
 * Makes an older version the object again, where what is there now is what was seen (`seen`: a version, or a delete marker).
 * No version is touched: the newest one stays as the one before. VersionWouldBeLost where the bucket's versioning would not
 * have it so (checkVersionsStay).
 */
export async function restoreVersion(
  store: ObjectStore,
  { bucket, key }: Place,
  versionId: string,
  seen: string | undefined,
): Promise<Result<StoredObject>> {
  const version = await store.head(bucket, key, undefined, { versionId });
  if (!version.ok) return version;
  const stay = await checkVersionsStay(store, { bucket, key });
  if (!stay.ok) return stay;
  const now = await store.head(bucket, key);
  if (!now.ok && now.error.code !== 'NoSuchKey') return now;
  if (seen !== undefined) {
    // Of a delete marker no HEAD tells which one it is.
    const latest = now.ok ? ok(now.value.versionId) : await latestVersion(store, { bucket, key });
    if (!latest.ok) return latest;
    if (latest.value !== seen) return err(appError('PreconditionFailed', { bucket, key }));
  }
  const condition: WriteCondition = now.ok ? { ifMatch: now.value.etag ?? undefined } : { ifNoneMatch: '*' };
  return remake(
    store,
    { bucket, key },
    version.value,
    { versionId, headers: null },
    condition,
    'Restoring this version',
  );
}

async function remake(
  store: ObjectStore,
  { bucket, key }: Place,
  source: LookedAtObject,
  from: Omit<Parameters<ObjectStore['rewrite']>[2], 'sourceIfMatch'>,
  condition: WriteCondition,
  what: string,
): Promise<Result<StoredObject>> {
  const { etag, sizeBytes } = source;
  if (sizeBytes > maxCopyBytes) {
    return err(appError('TooLargeToCopy', { bucket, key, what, actualBytes: sizeBytes }));
  }
  if (etag === null) return err(appError('Unsupported', { what: `${what} of an object without an ETag` }));
  const made = await store.rewrite(bucket, key, { ...from, sourceIfMatch: etag }, condition);
  if (!made.ok) return made;
  const isWhole = source.checksumType === 'FULL_OBJECT';
  const verified = await verifyStored((...place) => store.head(...place), { bucket, key }, made.value, {
    sizeBytes,
    digest: (algorithm) => (isWhole ? (source.checksums[algorithm] ?? null) : null),
    etag: source.etagIsMd5 ? etag : null,
  });
  return verified.ok ? made : verified;
}

async function latestVersion(store: ObjectStore, { bucket, key }: Place): Promise<Result<string | null>> {
  const page = await store.listVersions({ bucket, prefix: key, delimiter: '', maxKeys: 1 });
  if (!page.ok) return page;
  const [first] = page.value.versions;
  return ok(first?.key === key ? first.versionId : null);
}
