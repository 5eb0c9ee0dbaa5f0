import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import type { DurableFiles, TempFile } from './durable-files.ts';
import { ignoreAbsent, systemCode } from './file-errors.ts';
import { createKeyLocks } from './key-locks.ts';
import type { Layout } from './layout.ts';
import { isNoSuchName, type ObjectPlaces, type OpenedFile, type PlacedFile } from './object-places.ts';
import type { OddKeys } from './odd-keys.ts';
import type { Sidecars } from './sidecars.ts';
import {
  fingerprintOf,
  handMadeVersion,
  lastModifiedMs,
  type ObjectFacts,
  sameFingerprint,
  type StoredObject,
  type StoredVersion,
} from './stored-version.ts';

/** Checked against what is there in the very moment of writing. ETags without quotes; `*` is any object. */
export type WriteGuard = { readonly ifMatch?: string | undefined; readonly ifNoneMatch?: '*' | undefined };

export type OpenedObject = { readonly object: StoredObject; readonly file: OpenedFile };

/** Objects of all buckets. Writes of one key come one after another; readers always see one whole version. */
export type Objects = {
  find(bucket: string, key: string): Promise<StoredObject | null>;
  /** The caller closes `file.handle`, which keeps this version readable whatever happens to the key. */
  open(bucket: string, key: string): Promise<OpenedObject | null>;
  /** Makes the received file the object. The file is gone from its place when this succeeds; else the caller discards it. */
  publish(
    bucket: string,
    key: string,
    temp: Pick<TempFile, 'path' | 'handle'>,
    facts: ObjectFacts,
    guard: WriteGuard,
  ): Promise<Outcome<StoredObject>>;
  /** In place of those it has; ETag and time of the object stay. NoSuchKey. */
  setTags(bucket: string, key: string, tags: Readonly<Record<string, string>>): Promise<Outcome<void>>;
  /** Deleting what is not there succeeds, unless `ifMatch` wants it there. */
  remove(bucket: string, key: string, guard: Pick<WriteGuard, 'ifMatch'>): Promise<Outcome<void>>;
};

export function createObjects(
  layout: Layout,
  parts: {
    readonly files: DurableFiles;
    readonly places: ObjectPlaces;
    readonly sidecars: Sidecars;
    readonly oddKeys: OddKeys;
    readonly nowMs: () => number;
  },
): Objects {
  const { files, places, sidecars, oddKeys } = parts;
  const locks = createKeyLocks();

  /** Null when the file has been replaced meanwhile, so that its facts are gone: look again. */
  async function describe(bucket: string, key: string, file: PlacedFile): Promise<StoredVersion | null> {
    const known = await sidecars.find(bucket, key, file.fingerprint);
    if (known) return known;
    const now = await places.find(bucket, key);
    return now && sameFingerprint(now.fingerprint, file.fingerprint) ? handMadeVersion(file.fingerprint) : null;
  }

  async function findPlaced(bucket: string, key: string): Promise<{ file: PlacedFile; version: StoredVersion } | null> {
    for (;;) {
      const file = await places.find(bucket, key);
      if (!file) return null;
      const version = await describe(bucket, key, file);
      if (version) return { file, version };
    }
  }

  async function find(bucket: string, key: string): Promise<StoredObject | null> {
    const found = await findPlaced(bucket, key);
    return found && toObject(key, found.version);
  }

  async function open(bucket: string, key: string): Promise<OpenedObject | null> {
    for (;;) {
      const file = await places.open(bucket, key);
      if (!file) return null;
      const version = await describe(bucket, key, file);
      if (version) return { object: toObject(key, version), file };
      await file.handle.close();
    }
  }

  /**
   * Stamps the file with a modification time of its own (a random part below the millisecond), writes it to the disk
   * and returns its facts with the fingerprint it has now.
   */
  async function seal(
    temp: Pick<TempFile, 'handle'>,
    facts: ObjectFacts,
    current: StoredVersion | undefined,
  ): Promise<StoredVersion> {
    for (let attempt = 0; ; attempt++) {
      const seconds = (parts.nowMs() + Math.random() * 0.999) / 1000;
      await temp.handle.utimes(seconds, seconds);
      const fingerprint = fingerprintOf(await temp.handle.stat({ bigint: true }));
      if (fingerprint.sizeBytes !== facts.sizeBytes)
        throw new Error('The received file has another size than was counted');
      // Equal stamps happen only on file systems that count in seconds; the ETag is then that of the old version.
      if (current && sameFingerprint(current, fingerprint) && attempt < 100) continue;
      await files.sync(temp.handle);
      return { ...facts, ...fingerprint };
    }
  }

  async function moveIntoPlace(bucket: string, key: string, from: string, current: PlacedFile | null): Promise<void> {
    if (current) {
      await files.moveInto(from, current.path);
      return;
    }
    const plain = places.path(bucket, key, 'plain');
    if (plain !== null && (await isFree(plain))) {
      try {
        await files.moveInto(from, plain);
        return;
      } catch (thrown) {
        if (!isNoSuchName(thrown) || systemCode(thrown) === 'ENOENT') throw thrown;
      }
    }
    await files.moveInto(from, layout.oddPath(bucket, key));
    await oddKeys.add(bucket, key);
  }

  function publish(
    bucket: string,
    key: string,
    temp: Pick<TempFile, 'path' | 'handle'>,
    facts: ObjectFacts,
    guard: WriteGuard,
  ): Promise<Outcome<StoredObject>> {
    return locks.hold(`${bucket}/${key}`, async () => {
      const found = await findPlaced(bucket, key);
      const allowed = checkGuard(guard, found?.version ?? null, key);
      if (!allowed.ok) return allowed;
      if (!(await lstat(layout.bucketFolder(bucket)).catch(ignoreAbsent))) {
        return fail('NoSuchBucket', undefined, { BucketName: bucket });
      }
      const version = await seal(temp, facts, found?.version);
      await sidecars.write(bucket, key, found ? [version, found.version] : [version]);
      await moveIntoPlace(bucket, key, temp.path, found?.file ?? null);
      await temp.handle.close();
      return ok(toObject(key, version));
    });
  }

  function setTags(bucket: string, key: string, tags: Readonly<Record<string, string>>): Promise<Outcome<void>> {
    return locks.hold(`${bucket}/${key}`, async () => {
      const found = await findPlaced(bucket, key);
      if (!found) return fail('NoSuchKey', undefined, { Key: key });
      await sidecars.write(bucket, key, [{ ...found.version, tags }]);
      return ok();
    });
  }

  function remove(bucket: string, key: string, guard: Pick<WriteGuard, 'ifMatch'>): Promise<Outcome<void>> {
    return locks.hold(`${bucket}/${key}`, async () => {
      const found = await findPlaced(bucket, key);
      const allowed = checkGuard(guard, found?.version ?? null, key);
      if (!allowed.ok) return allowed;
      if (!found) return ok();
      // The one that does not show first: were only the other gone, it would come to light.
      await files.remove(layout.oddPath(bucket, key));
      await oddKeys.remove(bucket, key);
      if (found.file.place === 'plain') {
        await files.remove(found.file.path);
        await places.prune(bucket, found.file.path);
      }
      await sidecars.remove(bucket, key);
      return ok();
    });
  }

  return { find, open, publish, setTags, remove };
}

function toObject(key: string, version: StoredVersion): StoredObject {
  return { ...version, key, lastModifiedMs: lastModifiedMs(version) };
}

export function checkGuard(guard: WriteGuard, current: ObjectFacts | null, key: string): Outcome<void> {
  if (guard.ifNoneMatch === '*' && current) {
    return fail('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
  }
  if (guard.ifMatch !== undefined) {
    if (!current) return fail('NoSuchKey', undefined, { Key: key });
    if (guard.ifMatch !== '*' && guard.ifMatch !== current.etag) {
      return fail('PreconditionFailed', undefined, { Condition: 'If-Match' });
    }
  }
  return ok();
}

/** Nothing has this name (in whatever case), and the folders above it that exist are real ones. */
async function isFree(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return false;
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') {
      if (isNoSuchName(thrown)) return false;
      throw thrown;
    }
  }
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      return (await realpath(folder)) === folder;
    } catch (thrown) {
      if (systemCode(thrown) !== 'ENOENT') {
        if (isNoSuchName(thrown)) return false;
        throw thrown;
      }
    }
  }
}
