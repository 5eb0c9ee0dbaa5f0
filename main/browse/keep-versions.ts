import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import { listVersions } from './list-versions.ts';

/**
 * Whether what is written to this key now leaves all its versions there: the bucket's versioning is on, or the key has no version
 * called `null`, whose place a write takes otherwise. VersionWouldBeLost when one would be lost, and why it could not be told
 * when nobody knows.
 */
export async function checkVersionsStay(
  store: ObjectStore,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<Result<void>> {
  const versioning = await store.bucketVersioning(bucket);
  if (versioning.ok && versioning.value === 'enabled') return ok();
  const listed = await listVersions(store, bucket, key);
  const isProven = listed.ok && listed.value.isWhole && listed.value.versions.every(isNamed);
  if (isProven) return ok();
  return versioning.ok ? err(appError('VersionWouldBeLost', { bucket, key })) : versioning;
}

function isNamed({ versionId }: { readonly versionId: string }): boolean {
  return versionId !== 'null';
}
