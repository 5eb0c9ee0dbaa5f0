import { appError, type AppError } from '../../shared/errors.ts';
import { inLanes } from '../in-lanes.ts';
import type { ObjectStore, VersionOfKey } from '../s3/object-store.ts';

/** So many deletions can be taken back; the one that was not asked for longest is forgotten first. */
export const deletionsKept = 4;
/** A deletion of more is not remembered: its markers would take up too much memory. */
export const maxMarkersKept = 50_000;

/** Small enough to be told how far it is. */
const batchSize = 200;
const looksUnderWay = 16;

/**
 * Takes back deletions in a versioned bucket: removes these delete markers and no other version. An object that is there again
 * meanwhile is left alone; afterwards each one is looked at, and one that is not back is named.
 */
export async function undelete(
  store: ObjectStore,
  bucket: string,
  markers: readonly VersionOfKey[],
  on: {
    readonly restored: (key: string) => void;
    /** It has a newer version: its marker is not what hides it. */
    readonly newer: (key: string) => void;
    readonly failed: (key: string, error: AppError) => void;
  },
): Promise<void> {
  for (let from = 0; from < markers.length; from += batchSize) {
    const hidden: VersionOfKey[] = [];
    await inLanes(markers.slice(from, from + batchSize), looksUnderWay, async (marker) => {
      const there = await store.head(bucket, marker.key);
      if (there.ok) on.newer(marker.key);
      else if (cannotBeSeen(there.error)) hidden.push(marker);
      else on.failed(marker.key, there.error);
    });
    if (hidden.length === 0) continue;
    const removed = await store.removeVersions(bucket, hidden);
    await inLanes(hidden, looksUnderWay, async ({ key }) => {
      const refused = removed.ok ? removed.value.get(key) : removed;
      if (refused !== undefined && !refused.ok) return on.failed(key, refused.error);
      const back = await store.head(bucket, key);
      // Who may not look has the server's word for it.
      if (back.ok || back.error.code === 'AccessDenied') return on.restored(key);
      // Somebody else has deleted it too, or what it hid is gone.
      const isGone = back.error.code === 'NoSuchKey';
      on.failed(key, isGone ? appError('PreconditionFailed', { bucket, key }) : back.error);
    });
  }
}

/** Without the permission to list, a server says of what is not there that it is forbidden. */
function cannotBeSeen({ code }: AppError): boolean {
  return code === 'NoSuchKey' || code === 'AccessDenied';
}
