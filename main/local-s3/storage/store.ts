import { mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createBuckets, type Buckets } from './buckets.ts';
import { createDurableFiles, type DurableFiles } from './durable-files.ts';
import { ignoreAbsent } from './file-errors.ts';
import { createFolderNames } from './folder-names.ts';
import type { Bound } from './key-order.ts';
import { createLayout } from './layout.ts';
import { findListed } from './listed-objects.ts';
import { mergeWalks } from './merge-walks.ts';
import { createObjectPlaces } from './object-places.ts';
import { createObjects, type Objects } from './objects.ts';
import { createOddKeys } from './odd-keys.ts';
import { createPlainWalk, type KeyWalk } from './plain-walk.ts';
import { createSidecars } from './sidecars.ts';
import type { StoredObject } from './stored-version.ts';
import { createUploads, type Uploads } from './uploads.ts';

/** Buckets and objects on a folder. One process at a time. */
export type LocalStore = {
  readonly files: DurableFiles;
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly uploads: Uploads;
  /** The objects of keys a walk has just given, in order, without those that are gone. */
  findListed(bucket: string, keys: readonly string[]): Promise<readonly StoredObject[]>;
  /** Keys in UTF-8 byte order, with groups in between when there is a delimiter. */
  walk(
    bucket: string,
    options: { readonly prefix: string; readonly delimiter: string; readonly bound: Bound },
  ): Promise<KeyWalk>;
};

/** Answers to completions are kept so long for clients that ask again. */
const keepDoneMs = 24 * 3600 * 1000;

/** Makes the folder when it is not there. Throws what the file system says when it cannot be used. */
export async function openLocalStore(folder: string, nowMs: () => number, durable: boolean): Promise<LocalStore> {
  await mkdir(folder, { recursive: true });
  const layout = createLayout(await realpath(folder));
  await rm(layout.tempFolder, { recursive: true, force: true });
  await mkdir(layout.tempFolder, { recursive: true });
  const files = createDurableFiles(layout.tempFolder, durable);
  const sidecars = createSidecars(layout, files);
  const folderNames = createFolderNames();
  const oddKeys = createOddKeys(layout, sidecars);
  const places = createObjectPlaces(layout);
  const objects = createObjects(layout, { files, places, sidecars, oddKeys, nowMs });
  const buckets = createBuckets(layout, { files, folderNames, oddKeys, sidecars, nowMs });
  const uploads = createUploads(layout, { files, objects, nowMs });
  for (const { name } of await buckets.list()) await removeOldAnswers(layout.doneFolder(name), Date.now() - keepDoneMs);
  return {
    files,
    buckets,
    objects,
    uploads,
    findListed: (bucket, keys) => findListed({ layout, sidecars, objects }, bucket, keys),
    walk: async (bucket, options) =>
      mergeWalks(
        await createPlainWalk(folderNames, layout.bucketFolder(bucket), options),
        await oddKeys.walk(bucket, options),
      ),
  };
}

async function removeOldAnswers(folder: string, beforeMs: number): Promise<void> {
  for (const name of (await readdir(folder).catch(ignoreAbsent)) ?? []) {
    const path = join(folder, name);
    if ((await stat(path)).mtimeMs < beforeMs) await rm(path, { force: true });
  }
}
