import { isAbsolute, join } from 'node:path';
import type { CommandName, CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { ConnectionId, JobId } from '../../shared/domain/ids.ts';
import { keyToNames, type PathRules } from '../../shared/domain/key-path.ts';
import { sameTags } from '../../shared/domain/object-texts.ts';
import type { TransferRequest } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import { countObjects, parentPrefix } from './count-objects.ts';
import { deleteObjects } from './delete-objects.ts';
import { listVersions } from './list-versions.ts';
import { presignObject } from './presign-object.ts';
import { removeBucket } from './remove-bucket.ts';
import { restoreVersion, setHeaders } from './rewrite-object.ts';
import { withSuggestion } from '../s3/suggest-name.ts';

type Names = Extract<CommandName, `buckets.${string}` | `objects.${string}`>;

/** The commands on buckets and single objects, as the contract has them. */
export type ObjectService = {
  readonly [N in Names]: (input: CommandParsed<N>) => Promise<Result<CommandOutput<N>>>;
};

/** A deletion in more folders than this is told as one change of the whole bucket. */
const maxFoldersTold = 50;

/**
 * What changes something tells it with `objects.changed`, also when only a part of it worked. A bucket or key that is
 * missing comes with the `suggestion` that differs only in case.
 */
export function createObjectService(deps: {
  readonly opener: ConnectionOpener;
  readonly emit: (event: EngineEvent) => void;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly startTransfer: (request: TransferRequest) => Promise<Result<{ jobId: JobId }>>;
  readonly pathRules: PathRules;
}): ObjectService {
  const { opener, emit, clock, startTransfer, pathRules } = deps;
  const withStore = async <T>(
    connectionId: ConnectionId,
    work: (store: ObjectStore) => Promise<Result<T>>,
  ): Promise<Result<T>> => {
    const connection = await opener.open(connectionId);
    if (!connection.ok) return connection;
    const { store } = connection.value;
    const result = await work(store);
    return result.ok ? result : err(await withSuggestion(store, result.error));
  };
  const changed = (connectionId: ConnectionId, bucket: string | null, prefixes: Iterable<string>): void => {
    const folders = new Set(prefixes);
    for (const prefix of folders.size > maxFoldersTold ? [''] : folders) {
      emit({ type: 'objects.changed', connectionId, bucket, prefix });
    }
  };

  return {
    'buckets.list': ({ connectionId }) =>
      withStore(connectionId, async (store) => {
        const buckets = await store.listBuckets();
        return buckets.ok ? ok({ buckets: [...buckets.value] }) : buckets;
      }),

    'buckets.create': ({ connectionId, bucket, region }) =>
      withStore(connectionId, async (store) => {
        const made = await store.createBucket(bucket, region);
        if (!made.ok) return made;
        changed(connectionId, null, ['']);
        return ok({});
      }),

    'buckets.remove': ({ connectionId, bucket }) =>
      withStore(connectionId, async (store) => {
        const removed = await removeBucket(store, bucket);
        if (!removed.ok) return removed;
        changed(connectionId, null, ['']);
        return ok({});
      }),

    'buckets.location': ({ connectionId, bucket }) =>
      withStore(connectionId, async (store) => {
        const region = await store.bucketLocation(bucket);
        return region.ok ? ok({ region: region.value }) : region;
      }),

    'objects.page': ({ connectionId, bucket, prefix, delimiter, continuationToken }) =>
      withStore(connectionId, async (store) => {
        const page = await store.listPage({ bucket, prefix, delimiter, continuationToken });
        if (!page.ok) return page;
        return ok({ ...page.value, objects: [...page.value.objects], prefixes: [...page.value.prefixes] });
      }),

    'objects.stat': ({ connectionId, bucket, key }) => withStore(connectionId, (store) => store.head(bucket, key)),

    'objects.createFolder': ({ connectionId, bucket, prefix }) =>
      withStore(connectionId, async (store) => {
        const folder = prefix.endsWith('/') ? prefix : `${prefix}/`;
        const inside = await store.listPage({ bucket, prefix: folder, delimiter: '', maxKeys: 1 });
        if (!inside.ok) return inside;
        if (inside.value.objects.length > 0) {
          return err(appError('TargetExists', { bucket, key: folder, target: folder }, undefined, 'no'));
        }
        const made = await store.putSmall(bucket, folder, new Uint8Array(), { contentType: 'application/x-directory' });
        if (!made.ok) return made;
        changed(connectionId, bucket, [parentPrefix(folder)]);
        return ok({});
      }),

    'objects.count': ({ connectionId, bucket, keys, prefixes }) =>
      withStore(connectionId, (store) => countObjects(store, bucket, keys, prefixes)),

    'objects.delete': ({ connectionId, bucket, keys, prefixes }) =>
      withStore(connectionId, async (store) => {
        const { deleted, failed } = await deleteObjects(store, bucket, keys, prefixes);
        if (deleted.length > 0) changed(connectionId, bucket, [...keys, ...prefixes].map(parentPrefix));
        return ok({ deleted: [...deleted], failed: [...failed] });
      }),

    'objects.presign': async ({ connectionId, bucket, key, expiresInSeconds }) => {
      const connection = await opener.open(connectionId);
      if (!connection.ok) return connection;
      return presignObject(connection.value, bucket, key, expiresInSeconds, clock.nowMs());
    },

    'objects.tags': ({ connectionId, bucket, key }) =>
      withStore(connectionId, async (store) => {
        const tags = await store.getTags(bucket, key);
        return tags.ok ? ok({ tags: { ...tags.value } }) : tags;
      }),

    'objects.setTags': ({ connectionId, bucket, key, tags, seen }) =>
      withStore(connectionId, async (store) => {
        const now = seen === undefined ? ok(seen) : await store.getTags(bucket, key);
        if (!now.ok) return now;
        if (seen !== undefined && now.value !== undefined && !sameTags(now.value, seen))
          return err(appError('PreconditionFailed', { bucket, key }));
        const set = await store.setTags(bucket, key, tags);
        return set.ok ? ok({}) : set;
      }),

    'objects.setHeaders': ({ connectionId, bucket, key, etag, seen, headers }) =>
      withStore(connectionId, async (store) => {
        const set = await setHeaders(store, { bucket, key }, { etag, headers: seen }, headers);
        // Also after a failure: it may have been made before it could be verified.
        changed(connectionId, bucket, [parentPrefix(key)]);
        return set.ok ? ok({ etag: set.value.etag }) : set;
      }),

    'objects.versions': ({ connectionId, bucket, key }) =>
      withStore(connectionId, (store) => listVersions(store, bucket, key)),

    'objects.downloadVersion': async ({ connectionId, bucket, key, versionId, folder, conflict }) => {
      if (!isAbsolute(folder))
        return err(appError('InvalidInput', { field: 'folder', reason: 'an absolute path is needed' }));
      const looked = await withStore(connectionId, (store) => store.head(bucket, key, undefined, { versionId }));
      if (!looked.ok) return looked;
      const { sizeBytes, etag, lastModified } = looked.value;
      const names = keyToNames(key.slice(parentPrefix(key).length), pathRules);
      const item = { key, file: join(folder, ...names), seen: { sizeBytes, etag, lastModified, versionId } };
      const how = { removeSource: false, skipSame: false, whenOffline: 'wait', preserve: true } as const;
      return startTransfer({ kind: 'download', ...how, connectionId, bucket, conflict, items: [item] });
    },

    'objects.restoreVersion': ({ connectionId, bucket, key, versionId, seen }) =>
      withStore(connectionId, async (store) => {
        const restored = await restoreVersion(store, { bucket, key }, versionId, seen);
        changed(connectionId, bucket, [parentPrefix(key)]);
        return restored.ok ? ok({ versionId: restored.value.versionId }) : restored;
      }),
  };
}
