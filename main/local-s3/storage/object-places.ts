import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAbsent, systemCode } from './file-errors.ts';
import { type Layout, plainSegments } from './layout.ts';
import { type Fingerprint, fingerprintOf } from './stored-version.ts';

export type Place = 'plain' | 'odd';
export type PlacedFile = { readonly place: Place; readonly path: string; readonly fingerprint: Fingerprint };
export type OpenedFile = PlacedFile & { readonly handle: FileHandle };

/** Where the file of a key is, or would be. Its plain path comes first: what a person puts there is what counts. */
export type ObjectPlaces = {
  find(bucket: string, key: string): Promise<PlacedFile | null>;
  /** The caller closes the handle. */
  open(bucket: string, key: string): Promise<OpenedFile | null>;
  path(bucket: string, key: string, place: Place): string | null;
  /** Removes folders that have become empty, from this file's upwards; the bucket's own stays. */
  prune(bucket: string, filePath: string): Promise<void>;
};

/** Windows has no such flag (and needs rights to make links); the check of the real path is what decides there. */
const noFollow = constants.O_NOFOLLOW ?? 0;

export function createObjectPlaces(layout: Layout): ObjectPlaces {
  function path(bucket: string, key: string, place: Place): string | null {
    if (place === 'odd') return layout.oddPath(bucket, key);
    const segments = plainSegments(key);
    return segments === null ? null : layout.plainPath(bucket, segments);
  }

  async function at(bucket: string, key: string, place: Place): Promise<PlacedFile | null> {
    const filePath = path(bucket, key, place);
    if (filePath === null) return null;
    try {
      const stats = await lstat(filePath, { bigint: true });
      if (!stats.isFile() || !(await isExactly(filePath))) return null;
      return { place, path: filePath, fingerprint: fingerprintOf(stats) };
    } catch (thrown) {
      if (isNoSuchName(thrown)) return null;
      throw thrown;
    }
  }

  async function openAt(bucket: string, key: string, place: Place): Promise<OpenedFile | null> {
    const filePath = path(bucket, key, place);
    if (filePath === null) return null;
    let handle: FileHandle | undefined;
    try {
      // Without waiting: a named pipe in the folder must not hang the server.
      handle = await open(filePath, constants.O_RDONLY | noFollow | (constants.O_NONBLOCK ?? 0));
      const stats = await handle.stat({ bigint: true });
      if (stats.isFile() && (await isExactly(filePath))) {
        return { place, path: filePath, fingerprint: fingerprintOf(stats), handle };
      }
      await handle.close();
      return null;
    } catch (thrown) {
      await handle?.close();
      if (isNoSuchName(thrown)) return null;
      throw thrown;
    }
  }

  async function prune(bucket: string, filePath: string): Promise<void> {
    const end = layout.bucketFolder(bucket);
    for (
      let folder = dirname(filePath);
      folder.length > end.length && folder.startsWith(end);
      folder = dirname(folder)
    ) {
      try {
        await rmdir(folder);
      } catch {
        return;
      }
    }
  }

  return {
    find: async (bucket, key) => (await at(bucket, key, 'plain')) ?? (await at(bucket, key, 'odd')),
    open: async (bucket, key) => (await openAt(bucket, key, 'plain')) ?? (await openAt(bucket, key, 'odd')),
    path,
    prune,
  };
}

/** No link on the way, and on file systems that ignore case or normalise, the very name and not its twin's. */
async function isExactly(path: string): Promise<boolean> {
  return (await realpath(path)) === path;
}

/** The key cannot be a path here: something is in its way, or the file system does not take the name. */
export function isNoSuchName(thrown: unknown): boolean {
  const code = systemCode(thrown);
  return isAbsent(thrown) || code === 'EINVAL' || code === 'EILSEQ' || code === 'ENOTEMPTY' || code === 'EEXIST';
}
