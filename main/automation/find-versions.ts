import type { Clock } from '../../shared/domain/clock.ts';
import { ok, type Result } from '../../shared/result.ts';
import { compareKeys } from '../../shared/domain/key-order.ts';
import { sameEtag } from '../s3/etag.ts';
import type { ObjectStore, ObjectVersion } from '../s3/object-store.ts';
import type { StagedChange } from './object-index.ts';

/** A state of an object in a bucket that keeps versions. */
export type KeptState = Pick<ObjectVersion, 'sizeBytes' | 'etag' | 'lastModified' | 'storageClass' | 'versionId'>;

/** What has led to a change, the oldest first; the last is what was seen. Empty: no versions are known of it. */
export type StatesOf = (change: StagedChange) => readonly KeptState[];

/** How long a bucket is taken for one without versions, or one that does not show them. */
const askAgainMs = 600_000;
/** One in which more has happened to a single key between two looks is not looked through further. */
const pagesOfAKey = 10;

const none: StatesOf = () => [];

/**
 * [A3] Finds the versions that objects have had between two looks. Of changed keys only: one request for those that lie within
 * a thousand versions of each other. Where a bucket keeps none, or nobody may list them, that is asked every ten minutes.
 * Failures are those of the listing that may pass.
 */
export function createVersionFinder(clock: Clock) {
  /** By server and bucket. */
  const withoutUntilMs = new Map<string, number>();

  return async (
    store: Pick<ObjectStore, 'listVersions'>,
    place: string,
    bucket: string,
    changes: readonly StagedChange[],
  ): Promise<Result<StatesOf>> => {
    const told = changes.filter(({ mark, type, key }) => mark === null && type !== 'removed' && !key.endsWith('/'));
    if (told.length === 0 || clock.nowMs() < (withoutUntilMs.get(place) ?? 0)) return ok(none);
    const keys = [...new Set(told.map(({ key }) => key))].sort(compareKeys);
    const byKey = new Map<string, ObjectVersion[]>();
    for (let at = 0; at < keys.length; ) {
      const listed = await listFrom(store, bucket, keys.slice(at), byKey);
      // Not allowed, or not known there: what is listed as latest is all there is to see.
      if (!listed.ok && listed.error.retry !== 'no') return listed;
      const first = byKey.get(keys[0] as string)?.find(({ isLatest }) => isLatest);
      if (!listed.ok || (at === 0 && first?.versionId === 'null')) {
        withoutUntilMs.set(place, clock.nowMs() + askAgainMs);
        return ok(none);
      }
      at += listed.value;
    }
    return ok((change) => statesSince(byKey.get(change.key) ?? [], change));
  };
}

/** Lists from the first of the keys on, until another request is better for the next. Answers for how many keys there is all. */
async function listFrom(
  store: Pick<ObjectStore, 'listVersions'>,
  bucket: string,
  keys: readonly string[],
  byKey: Map<string, ObjectVersion[]>,
): Promise<Result<number>> {
  const [first = ''] = keys;
  const wanted = new Set(keys);
  const before = justBefore(first);
  // Of one key alone, where none can be named that comes before it.
  let page = { bucket, delimiter: '' as const, prefix: before === null ? first : '', keyMarker: before ?? undefined };
  let passed = 0;
  for (let pages = 0; pages < pagesOfAKey; pages += 1) {
    const listed = await store.listVersions(page);
    if (!listed.ok) return listed;
    const { versions, next } = listed.value;
    for (const version of versions) {
      if (!wanted.has(version.key)) continue;
      byKey.set(version.key, [...(byKey.get(version.key) ?? []), version]);
    }
    const last = versions.at(-1)?.key;
    // The last key of a page that goes on may have more.
    passed =
      next === null
        ? before === null
          ? 1
          : keys.length
        : keys.filter((key) => last !== undefined && compareKeys(key, last) < 0).length;
    if (passed > 0 || next === null) break;
    page = { ...page, ...next };
  }
  return ok(Math.max(passed, 1));
}

/** A key before which there is nothing but what comes before the given one; null where there is none to be written. */
function justBefore(key: string): string | null {
  const last = key.codePointAt(key.length - 1);
  if (last === undefined || last <= 0x21 || last > 0x7e) return null;
  return `${key.slice(0, -1)}${String.fromCodePoint(last - 1)}\u{10FFFD}`;
}

/**
 * Of all versions of a key, the newest first, those after what was there before, up to what was seen. What was put after a
 * deletion begins anew; what has been seen and is gone from the list leaves nothing. Pure.
 */
export function statesSince(versions: readonly ObjectVersion[], change: StagedChange): readonly KeptState[] {
  const isIt = (version: ObjectVersion, seen: Pick<StagedChange, 'etag' | 'lastModified'>): boolean =>
    !version.isDeleteMarker &&
    sameEtag(version.etag, seen.etag) &&
    secondOf(version.lastModified) === secondOf(seen.lastModified);
  const from = versions.findIndex((version) => isIt(version, change));
  if (from < 0) return [];
  const { was } = change;
  const states: KeptState[] = [];
  for (const version of versions.slice(from)) {
    const isKnown =
      was === undefined
        ? version.isDeleteMarker
        : isIt(version, was) || secondOf(version.lastModified) < secondOf(was.lastModified);
    if (isKnown) break;
    if (!version.isDeleteMarker) states.push(version);
  }
  return states.toReversed();
}

function secondOf(lastModified: string | null): number {
  return lastModified === null ? Number.NaN : Math.floor(Date.parse(lastModified) / 1000);
}
