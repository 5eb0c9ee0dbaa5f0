import type { EventOf } from '../../shared/contract/events.ts';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';

/** Where the list is: the buckets of a connection, or a prefix (empty or ending in `/`) of one bucket. */
export type Place = {
  readonly connectionId: ConnectionId;
  readonly bucket: string | null;
  readonly prefix: string;
};

export function samePlace(a: Place, b: Place): boolean {
  return a.connectionId === b.connectionId && a.bucket === b.bucket && a.prefix === b.prefix;
}

/** Equal for equal places. */
export function placeKey(place: Place): string {
  return JSON.stringify([place.connectionId, place.bucket, place.prefix]);
}

/** The name of the bucket or folder in `above` through which one gets to `below`; null when that is not below it. */
export function childToward(above: Place, below: Place): string | null {
  if (above.connectionId !== below.connectionId || below.bucket === null || samePlace(above, below)) return null;
  if (above.bucket === null) return below.bucket;
  if (above.bucket !== below.bucket || !below.prefix.startsWith(above.prefix)) return null;
  return below.prefix.slice(above.prefix.length, below.prefix.indexOf('/', above.prefix.length));
}

/** A restriction is a key prefix; the list shows it as a folder. */
export function folderPrefix(path: string | undefined): string {
  return path === undefined || path === '' || path.endsWith('/') ? (path ?? '') : `${path}/`;
}

/** The topmost place of a connection: its buckets, or what it is restricted to. */
export function rootOf(connection: ConnectionView): Place {
  return {
    connectionId: connection.id,
    bucket: connection.restrictToBucket ?? null,
    prefix: folderPrefix(connection.restrictToPath),
  };
}

/** The place above, or null at the root. `a//b/` is below `a//`, which is below `a/`: empty names count. */
export function parentOf(place: Place, root: Place): Place | null {
  if (samePlace(place, root)) return null;
  if (place.bucket === null) return null;
  if (place.prefix === '') return { ...place, bucket: null };
  const cut = place.prefix.lastIndexOf('/', place.prefix.length - 2);
  return { ...place, prefix: place.prefix.slice(0, cut + 1) };
}

export type Crumb = { readonly name: string; readonly place: Place };

/** The places from just below the root's connection down to this one, each with the name that it is shown with. */
export function crumbsOf(place: Place, root: Place): Crumb[] {
  const crumbs: Crumb[] = [];
  for (let at: Place | null = place; at !== null && at.bucket !== null; at = parentOf(at, root)) {
    crumbs.unshift({ name: placeName(at), place: at });
  }
  return crumbs;
}

export function placeName(place: Place): string {
  if (place.prefix === '') return place.bucket ?? '';
  const cut = place.prefix.lastIndexOf('/', place.prefix.length - 2);
  return place.prefix.slice(cut + 1, -1);
}

/** Whether a change below `event.prefix` can show in the list of `place`. */
export function concerns(place: Place, event: EventOf<'objects.changed'>): boolean {
  if (event.connectionId !== place.connectionId) return false;
  if (event.bucket === null) return place.bucket === null;
  if (event.bucket !== place.bucket) return false;
  return event.prefix.startsWith(place.prefix) || place.prefix.startsWith(event.prefix);
}

/** A place inside a bucket, where objects can be. */
export type BucketPlace = Place & { readonly bucket: string };
