import type { Clock } from '../../shared/domain/clock.ts';
import { ok, type Result } from '../../shared/result.ts';
import { compareKeys } from '../../shared/domain/key-order.ts';
import { sameEtag } from '../s3/etag.ts';
import type { ObjectStore, ObjectVersion } from '../s3/object-store.ts';
import { isUnreachable } from '../transfers/offline.ts';
import type { StagedChange } from './object-index.ts';

/** A state of an object in a bucket that keeps versions. */
export type KeptState = Pick<ObjectVersion, 'sizeBytes' | 'etag' | 'lastModified' | 'storageClass' | 'versionId'>;

/** What has led to a change, the oldest first; the last is what was seen. Empty: no versions are known of it. */
export type StatesOf = (change: StagedChange) => readonly KeptState[];

/** How long a bucket is taken for one without versions, or one that does not show them. */
const askAgainMs = 600_000;
/** So often in a row (some twenty minutes) it may fail before it is given up for a while: what waits for it must not wait for ever. */
const failuresBorne = 10;
/** One in which more has happened to a single key between two looks is not looked through further. */
const pagesOfAKey = 10;

const none: StatesOf = () => [];

/**
 * [A3] Finds the versions that objects have had between two looks. Of changed keys only: one request for those that lie within
 * a thousand versions of each other. Where a bucket keeps none, or nobody may list them, that is asked every ten minutes.
 * Failures are those of the listing that may pass.
 */
export function createVersionFinder(clock: Clock) {
  /** Of each place. */
  const knownOf = new Map<string, { readonly untilMs: number; readonly hasVersions: boolean }>();
  const failuresOf = new Map<string, number>();

  return async (
    store: VersionStore,
    { place, bucket, prefix, signal }: VersionPlace,
    changes: readonly StagedChange[],
  ): Promise<Result<StatesOf>> => {
    const told = changes.filter(({ mark, type, key }) => mark === null && type !== 'removed' && !key.endsWith('/'));
    const known = knownOf.get(place);
    const isFresh = known !== undefined && clock.nowMs() < known.untilMs;
    if (told.length === 0 || (isFresh && !known.hasVersions)) return ok(none);
    const note = (hasVersions: boolean): void => {
      failuresOf.delete(place);
      knownOf.set(place, { untilMs: clock.nowMs() + askAgainMs, hasVersions });
    };
    /** Not allowed, or not known there: what is listed as latest is all there is to see. */
    const giveUp = (failure: Result<never>): Result<StatesOf> => {
      // What waits for the same server, or for a sign-in, loses nothing by waiting.
      if (!failure.ok && (isUnreachable(failure.error) || failure.error.retry === 'ask')) return failure;
      const failures = (failuresOf.get(place) ?? 0) + 1;
      failuresOf.set(place, failures);
      const isFinal = !failure.ok && (failure.error.retry === 'no' || failure.error.code === 'NotAnS3Endpoint');
      if (signal?.aborted === true || (!isFinal && failures < failuresBorne)) return failure;
      note(false);
      return ok(none);
    };
    const keys = [...new Set(told.map(({ key }) => key))].sort(compareKeys);
    const byKey = new Map<string, ObjectVersion[]>();
    let isTried = isFresh;
    for (let at = 0; at < keys.length; ) {
      // The last key of a page may have been listed in part.
      byKey.delete(keys[at] as string);
      const listed = await listFrom(store, { bucket, prefix, signal }, keys.slice(at), byKey);
      if (!listed.ok) return giveUp(listed);
      if (!isTried) {
        const usable = await mayUse(store, bucket, [...byKey.values()].flat(), signal);
        if (!usable.ok) return giveUp(usable);
        if (usable.value !== null) note(usable.value);
        if (usable.value === false) return ok(none);
        isTried = usable.value !== null;
      }
      at += listed.value;
    }
    failuresOf.delete(place);
    return ok((change) => statesSince(byKey.get(change.key) ?? [], change));
  };
}

type VersionStore = Pick<ObjectStore, 'listVersions' | 'head'>;
export type VersionPlace = {
  /** Names the connection, the server, the bucket and the prefix. */
  readonly place: string;
  readonly bucket: string;
  /** All keys have it. Connections and permissions may be restricted to it. */
  readonly prefix: string;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Whether the bucket keeps versions, under ids, and lets them be read: that takes a permission of its own. Null: there is nothing
 * to try it with, or it has just been removed.
 */
async function mayUse(
  store: VersionStore,
  bucket: string,
  versions: readonly ObjectVersion[],
  signal: AbortSignal | undefined,
): Promise<Result<boolean | null>> {
  const objects = versions.filter(({ isDeleteMarker }) => !isDeleteMarker);
  const kept = objects.find(({ versionId }) => versionId !== '' && versionId !== 'null');
  if (kept === undefined) return ok(objects.length === 0 ? null : false);
  const { key, versionId } = kept;
  const head = await store.head(bucket, key, signal, { versionId });
  if (head.ok) return ok(true);
  return head.error.code === 'NoSuchKey' ? ok(null) : head;
}

/** Lists from the first of the keys on, until another request is better for the next. Answers for how many keys there is all. */
async function listFrom(
  store: VersionStore,
  { bucket, prefix, signal }: Pick<VersionPlace, 'bucket' | 'prefix' | 'signal'>,
  keys: readonly string[],
  byKey: Map<string, ObjectVersion[]>,
): Promise<Result<number>> {
  const [first = ''] = keys;
  const wanted = new Set(keys);
  const before = justBefore(first);
  // Of one key alone, where none can be named that comes before it.
  const keyMarker = before ?? undefined;
  let page = { bucket, delimiter: '' as const, prefix: before === null ? first : prefix, keyMarker, signal };
  for (let pages = 0; pages < pagesOfAKey; pages += 1) {
    const listed = await store.listVersions(page);
    if (!listed.ok) return listed;
    const { versions, next } = listed.value;
    for (const version of versions)
      if (wanted.has(version.key)) byKey.set(version.key, [...(byKey.get(version.key) ?? []), version]);
    if (next === null) return ok(before === null ? 1 : keys.length);
    // The last key of a page that goes on may have more.
    const last = versions.at(-1)?.key;
    const passed = last === undefined ? 0 : keys.filter((key) => compareKeys(key, last) < 0).length;
    if (passed > 0) return ok(passed);
    page = { ...page, ...next };
  }
  return ok(1);
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
