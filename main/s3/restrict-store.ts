import { isInside, staysInside } from '../../shared/domain/inside-path.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { listedFromRows } from './listed-rows.ts';
import type { ObjectStore } from './object-store.ts';

/** `path`: '' for the whole bucket, a folder with or without its slash, or one object. */
export type Restriction = { readonly bucket: string; readonly path: string };

/**
 * The same store, but everything outside of the restriction is refused with OutsideRestriction before any request is
 * made, and so are keys and prefixes that only some reading as a path leads outside (staysInside). A listing of what
 * lies above the path is refused; one of exactly the path shows only what is inside (`p` does not show `px`), keys that
 * nothing can be done with included. The list of buckets is the one bucket.
 */
export function restrictStore(store: ObjectStore, restriction: Restriction | null): ObjectStore {
  if (restriction === null) return store;
  const inside = (key: string): boolean => staysInside(restriction.path, key);
  const shown = (key: string): boolean => isInside(restriction.path, key);
  const refuse = (bucket: string, key?: string): Result<never> => err(outside(restriction, bucket, key));
  const keyRefused = (bucket: string, key: string): boolean => bucket !== restriction.bucket || !inside(key);
  const prefixRefused = (bucket: string, prefix: string): boolean =>
    bucket !== restriction.bucket || !(inside(prefix) || prefix === restriction.path);
  const bucketRefused = (bucket: string): boolean => bucket !== restriction.bucket || restriction.path !== '';

  return {
    // Kept as calls of `store`, one by one: a method added to the port must be thought about here.
    listBuckets: async () => ok([{ name: restriction.bucket, createdMs: null }]),
    createBucket: async (bucket, region) =>
      bucketRefused(bucket) ? refuse(bucket) : store.createBucket(bucket, region),
    removeBucket: async (bucket) => (bucketRefused(bucket) ? refuse(bucket) : store.removeBucket(bucket)),
    bucketLocation: async (bucket, ...rest) =>
      bucket === restriction.bucket ? store.bucketLocation(bucket, ...rest) : refuse(bucket),

    bucketVersioning: async (bucket, ...rest) =>
      bucket === restriction.bucket ? store.bucketVersioning(bucket, ...rest) : refuse(bucket),

    async listPage(request) {
      if (prefixRefused(request.bucket, request.prefix)) return refuse(request.bucket, request.prefix);
      const page = await store.listPage(request);
      if (!page.ok) return page;
      // Also below an allowed prefix: `p` is one, and `px` begins with it.
      return ok({
        ...page.value,
        objects: page.value.objects.filter((object) => shown(object.key)),
        prefixes: page.value.prefixes.filter((prefix) => shown(prefix)),
      });
    },
    async *listAll(request) {
      const { bucket, prefix } = request;
      if (prefixRefused(bucket, prefix)) {
        yield refuse(bucket, prefix);
        return;
      }
      for await (const listed of store.listAll(restriction.path === '' ? request : { ...request, as: 'rows' })) {
        if (!listed.ok || restriction.path === '') {
          yield listed;
          continue;
        }
        const rows = listed.value.rows();
        const kept = rows.filter((row) => shown(row.key));
        yield kept.length === rows.length ? listed : ok(listedFromRows(kept));
      }
    },
    async listVersions(request) {
      if (prefixRefused(request.bucket, request.prefix)) return refuse(request.bucket, request.prefix);
      const page = await store.listVersions(request);
      if (!page.ok) return page;
      return ok({ ...page.value, versions: page.value.versions.filter((version) => shown(version.key)) });
    },
    head: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.head(bucket, key, ...rest),
    putSmall: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.putSmall(bucket, key, ...rest),
    putStream: async (bucket, key, body, headers, options) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.putStream(bucket, key, body, headers, options),
    getStream: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.getStream(bucket, key, ...rest),
    readRange: async (bucket, key, range, signal) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.readRange(bucket, key, range, signal),
    getTags: async (bucket, key, signal) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.getTags(bucket, key, signal),
    setTags: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.setTags(bucket, key, ...rest),
    remove: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.remove(bucket, key, ...rest),
    removeVersion: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.removeVersion(bucket, key, ...rest),

    async removeMany(bucket, keys, ...rest) {
      if (bucket !== restriction.bucket) return refuse(bucket);
      const allowed = keys.filter((key) => inside(key));
      const failed = new Map<string, Result<never>>();
      for (const key of keys) if (!inside(key)) failed.set(key, refuse(bucket, key));
      if (allowed.length === 0) return ok(failed);
      const answer = await store.removeMany(bucket, allowed, ...rest);
      return answer.ok ? ok(new Map([...failed, ...answer.value])) : answer;
    },
    async removeVersions(bucket, versions) {
      if (bucket !== restriction.bucket) return refuse(bucket);
      const failed = new Map<string, Result<never>>();
      for (const { key } of versions) if (!inside(key)) failed.set(key, refuse(bucket, key));
      const allowed = versions.filter(({ key }) => inside(key));
      if (allowed.length === 0) return ok(failed);
      const answer = await store.removeVersions(bucket, allowed);
      return answer.ok ? ok(new Map([...failed, ...answer.value])) : answer;
    },
    rewrite: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.rewrite(bucket, key, ...rest),

    async copy(from, to, ...rest) {
      if (keyRefused(from.bucket, from.key)) return refuse(from.bucket, from.key);
      if (keyRefused(to.bucket, to.key)) return refuse(to.bucket, to.key);
      return store.copy(from, to, ...rest);
    },
    async copyPart(from, to, signal) {
      if (keyRefused(from.bucket, from.key)) return refuse(from.bucket, from.key);
      if (keyRefused(to.bucket, to.key)) return refuse(to.bucket, to.key);
      return store.copyPart(from, to, signal);
    },
    createMultipart: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.createMultipart(bucket, key, ...rest),
    listParts: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.listParts(bucket, key, ...rest),
    async listUploads(bucket, prefix) {
      if (prefixRefused(bucket, prefix)) return refuse(bucket, prefix);
      const uploads = await store.listUploads(bucket, prefix);
      return uploads.ok ? ok(uploads.value.filter((upload) => shown(upload.key))) : uploads;
    },
    completeMultipart: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.completeMultipart(bucket, key, ...rest),
    abortMultipart: async (bucket, key, ...rest) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.abortMultipart(bucket, key, ...rest),
    presignGet: async (bucket, key, expiresInSeconds) =>
      keyRefused(bucket, key) ? refuse(bucket, key) : store.presignGet(bucket, key, expiresInSeconds),
  };
}

function outside(restriction: Restriction, bucket: string, key: string | undefined): AppError {
  return appError('OutsideRestriction', {
    bucket,
    key,
    restrictedTo: restriction.path === '' ? restriction.bucket : `${restriction.bucket}/${restriction.path}`,
  });
}

/** Why this key may not be touched through a connection with this restriction; null when it may. */
export function outsideRestriction(restriction: Restriction | null, bucket: string, key: string): AppError | null {
  if (restriction === null || (bucket === restriction.bucket && staysInside(restriction.path, key))) return null;
  return outside(restriction, bucket, key);
}
