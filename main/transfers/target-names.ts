import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { twinNames } from '../../shared/domain/key-path.ts';

/** Where downloads go, so that no two keys share a file and no two prefixes a folder. */
export type TargetNames = {
  /** The path, or a twin of it when it is taken by another key. */
  fileApart(path: string, source: string): string;
  /** The folder that these names lead to below the root. */
  folderPath(root: string, names: readonly string[]): string;
};

/** Bounded: a listing comes in the order of keys, so a folder that was left is rarely entered again. */
const maxRememberedFolders = 10_000;

/**
 * S3 may hold both `a` and `a/b`, and a file system cannot: the folder then gets a twin name ([T34]). Where the file system
 * takes two names for one (`A` and `a`, two spellings of `é`), the second file or folder gets one ([T31]). Twin names read
 * back as the same key. What was given away is remembered as short digests, not as paths; `sourceOfTarget` knows what the
 * job has planned so far.
 */
export function createTargetNames(context: {
  readonly foldsNames: boolean;
  sourceOfTarget(target: string): string | null;
}): TargetNames {
  const { foldsNames } = context;
  const known = new Map<string, string>();
  const files = new Set<string>();
  /** Files of keys that end in `/` and are no markers, for there is something in them: rare. */
  const namedBySlash = new Set<string>();
  /** By what they are for the file system: how they are spelled. */
  const folders = new Map<string, string>();

  function isFileThere(path: string): boolean {
    const source = context.sourceOfTarget(path);
    const isMarker = source?.endsWith('/') === true && !namedBySlash.has(path);
    return (source !== null && !isMarker) || (foldsNames && files.has(foldedDigest(path)));
  }

  /** The first who asks for a folder has it, however it is spelled; others have another one. */
  function isOwnFolder(path: string, spelled: string): boolean {
    if (!foldsNames) return true;
    const place = foldedDigest(path);
    const owner = folders.get(place);
    if (owner === undefined) folders.set(place, digestOf(spelled));
    return owner === undefined || owner === digestOf(spelled);
  }

  function folderPath(root: string, names: readonly string[]): string {
    const name = names.at(-1);
    if (name === undefined) return root;
    const id = join(root, ...names);
    const remembered = known.get(id);
    if (remembered !== undefined) return remembered;
    const parent = folderPath(root, names.slice(0, -1));
    let path = join(parent, name);
    for (let number = 0; isFileThere(path) || !isOwnFolder(path, id); number += 1)
      path = twinPath(parent, name, number === 0 ? '' : String(number));
    if (known.size >= maxRememberedFolders) known.clear();
    known.set(id, path);
    return path;
  }

  /** A long one is in a folder of its own, which somebody may have taken as well. */
  function twinPath(parent: string, name: string, tag: string): string {
    const names = twinNames(name, tag);
    return join(folderPath(parent, names.slice(0, -1)), names.at(-1) ?? '');
  }

  return {
    folderPath,
    fileApart(path, source) {
      if (source.endsWith('/')) namedBySlash.add(path);
      if (!foldsNames) return path;
      let own = path;
      for (let number = 1; ; number += 1) {
        const place = foldedDigest(own);
        if (!files.has(place) && !folders.has(place)) break;
        const owner = context.sourceOfTarget(own);
        // Listed twice; or the very same path, which is another matter ([T53]).
        if (owner === source || (owner !== null && own === path)) return own;
        own = twinPath(dirname(path), basename(path), String(number));
      }
      files.add(foldedDigest(own));
      return own;
    },
  };
}

/** Takes for one all that any file system takes for one; some of it too much, which costs no more than a twin name. */
export function foldName(name: string): string {
  // First to lower case, for letters whose capital is no single other one.
  return name.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC');
}

const digestOf = (text: string) => createHash('md5').update(text).digest('base64').slice(0, 16);
const foldedDigest = (path: string) => digestOf(foldName(path));
