import type { Clip } from '../../stores/clipboard-store.ts';
import type { Drag } from '../../stores/drag-store.ts';
import { type BucketPlace, childToward, type Place, samePlace } from '../../stores/place.ts';

/** Why rows cannot go to a place. */
export type Refusal = 'noBucket' | 'samePlace' | 'intoItself' | null;

type Moving = Pick<Drag | Clip, 'source' | 'names'> & { readonly summary: { readonly folders: number } };

/**
 * Pure. Whether rows can be copied or moved to a place: not out of a bucket's reach, not to where they are (copies there
 * are duplicates, and fine when asked for), and no folder into itself.
 */
export function refusalOf(moving: Moving, to: Place, duplicates: boolean): Refusal {
  if (to.bucket === null) return 'noBucket';
  if (moving.source.type === 'files') return null;
  const from = moving.source.place;
  if (samePlace(from, to)) return duplicates ? null : 'samePlace';
  const through = moving.summary.folders > 0 ? childToward(from, to) : null;
  // Beyond the first few names it is not known which folders are among them.
  const isAmong = through !== null && (moving.names.includes(through) || moving.names.length >= 20);
  return isAmong ? 'intoItself' : null;
}

export const asBucketPlace = (place: Place): BucketPlace | null =>
  place.bucket === null ? null : { ...place, bucket: place.bucket };

/** `bucket/folder/`, as sentences name a place. */
export const nameOfTarget = (place: Place): string => `${place.bucket ?? ''}/${place.prefix}`;
