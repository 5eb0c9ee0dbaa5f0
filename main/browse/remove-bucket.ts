import type { AppError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import type { ObjectStore } from '../s3/object-store.ts';

/** More are not counted: it is not empty, and by far. */
const countedAtMost = 1000;

/** Only when it is empty; else BucketNotEmpty says what is in it, as far as it can be seen. */
export async function removeBucket(store: ObjectStore, bucket: string): Promise<Result<void>> {
  const removed = await store.removeBucket(bucket);
  if (removed.ok || removed.error.code !== 'BucketNotEmpty') return removed;
  return err(await withContents(store, bucket, removed.error));
}

async function withContents(store: ObjectStore, bucket: string, error: AppError): Promise<AppError> {
  const [versions, objects, uploads] = await Promise.all([
    store.listVersions({ bucket, prefix: '', delimiter: '', maxKeys: countedAtMost }),
    store.listPage({ bucket, prefix: '', delimiter: '', maxKeys: countedAtMost }),
    store.listUploads(bucket, ''),
  ]);
  const context: Record<string, string | number> = { ...error.context };
  const tell = (name: string, count: number, isWhole: boolean): void => {
    context[name] = isWhole ? count : `${count}+`;
  };
  // Without the permission to see it, nothing is said of it.
  if (objects.ok) tell('objects', objects.value.objects.length, objects.value.continuationToken === null);
  if (versions.ok) {
    const old = versions.value.versions.filter(({ isLatest, isDeleteMarker }) => !isLatest || isDeleteMarker);
    tell('oldVersions', old.length, versions.value.next === null);
  }
  if (uploads.ok) tell('uploads', uploads.value.length, true);
  return { ...error, context };
}
