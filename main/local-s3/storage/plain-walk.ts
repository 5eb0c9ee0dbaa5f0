import { join } from 'node:path';
import type { FolderNames } from './folder-names.ts';
import { type Bound, isBeforeBound, lowerBound, mayHaveMore, skipBound } from './key-order.ts';

/** Keys in order, with the power to jump ahead. */
export type KeyWalk = {
  /** The next key, or the next group (ending in the delimiter) when a delimiter is given; null at the end. */
  next(): Promise<WalkItem | null>;
  /** Jumps behind everything that starts with `prefix`. */
  skipPast(prefix: string): void;
};

export type WalkItem = { readonly type: 'key' | 'group'; readonly key: string };

type Frame = { readonly keyPrefix: string; readonly path: string; readonly names: readonly string[]; at: number };

/**
 * Walks the plain files of a bucket in the order of their keys: folder by folder, only where the prefix, the bound and
 * the delimiter lead. A folder's name counts with the `/` behind it, which makes the walk's order that of the keys.
 */
export async function createPlainWalk(
  folderNames: FolderNames,
  bucketFolder: string,
  options: { readonly prefix: string; readonly delimiter: string; readonly bound: Bound },
): Promise<KeyWalk> {
  const { prefix, delimiter } = options;
  let bound = options.bound;
  const frames: Frame[] = [];

  /** Where in the sorted names of this folder the walk goes on. */
  function position(keyPrefix: string, names: readonly string[]): number {
    return lowerBound(names, (name) => {
      const key = keyPrefix + name;
      const isFolder = name.endsWith('/');
      if (isBeforePrefix(key, isFolder, prefix)) return true;
      return isFolder ? isFolderBefore(key, bound) : isBeforeBound(key, bound);
    });
  }

  async function enter(keyPrefix: string, path: string): Promise<void> {
    const names = await folderNames.read(path);
    frames.push({ keyPrefix, path, names, at: position(keyPrefix, names) });
  }

  const folderOfPrefix = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const segments = folderOfPrefix === '' ? [] : folderOfPrefix.slice(0, -1).split('/');
  const isPath = segments.every(
    (segment) => segment !== '' && segment !== '.' && segment !== '..' && !segment.includes('\0'),
  );
  if (isPath && mayHaveMore(prefix, bound)) await enter(folderOfPrefix, join(bucketFolder, ...segments));

  async function next(): Promise<WalkItem | null> {
    for (;;) {
      const frame = frames.at(-1);
      if (!frame) return null;
      const name = frame.names[frame.at];
      if (name === undefined) {
        frames.pop();
        continue;
      }
      const key = frame.keyPrefix + name;
      if (!couldMatch(key, name.endsWith('/'), prefix)) {
        // Sorted: nothing behind it can start with the prefix either.
        frames.length = 0;
        return null;
      }
      frame.at += 1;
      const group = groupOf(key, prefix, delimiter);
      if (!name.endsWith('/')) return group === null ? { type: 'key', key } : { type: 'group', key: group };
      const path = join(frame.path, name);
      if (group === null) await enter(key, path);
      else if (await hasKeys(key, path)) return { type: 'group', key: group };
    }
  }

  /** True when the folder has a key that is not before the bound. */
  async function hasKeys(folderKey: string, path: string): Promise<boolean> {
    if (!bound.key.startsWith(folderKey)) return folderNames.hasFiles(path);
    const inside = await createPlainWalk(folderNames, bucketFolder, { prefix: folderKey, delimiter: '', bound });
    return (await inside.next()) !== null;
  }

  function skipPast(past: string): void {
    bound = skipBound(bound, past);
    const inside = frames.findIndex((frame) => frame.keyPrefix.startsWith(past));
    if (inside >= 0) frames.length = inside;
    for (const frame of frames) frame.at = Math.max(frame.at, position(frame.keyPrefix, frame.names));
  }

  return { next, skipPast };
}

/** Up to and with the first delimiter behind the prefix; null when there is none. */
export function groupOf(key: string, prefix: string, delimiter: string): string | null {
  if (delimiter === '') return null;
  const found = key.indexOf(delimiter, prefix.length);
  return found < 0 || !key.startsWith(prefix) ? null : key.slice(0, found + delimiter.length);
}

function couldMatch(key: string, isFolder: boolean, prefix: string): boolean {
  return key.startsWith(prefix) || (isFolder && prefix.startsWith(key));
}

function isBeforePrefix(key: string, isFolder: boolean, prefix: string): boolean {
  return !couldMatch(key, isFolder, prefix) && isBeforeBound(key, { at: 'from', key: prefix });
}

/** True when every key below this folder (which ends in `/`) lies before the bound. */
function isFolderBefore(folderKey: string, bound: Bound): boolean {
  return !mayHaveMore(folderKey, bound);
}
