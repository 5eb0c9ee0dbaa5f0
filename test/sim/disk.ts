import { posix } from 'node:path';
import type { Dice } from './dice.ts';

/** A file or folder, apart from the names it has. `durable`: what a power cut leaves of `bytes`. */
export type Inode = {
  readonly number: number;
  readonly type: 'file' | 'folder';
  /** Made by the engine, not by a person. */
  readonly byEngine: boolean;
  bytes: Uint8Array;
  durable: Uint8Array;
  modifiedMs: number;
  /** When the system last changed anything about it: no program can set that. */
  changedMs: number;
};

/** Content that a path had for a while; `goneStep` is null for as long as it has it. */
export type FileVersion = {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
  readonly bornStep: number;
  goneStep: number | null;
};

/** A change of names that is in memory only until the folder is synced; both names of a rename change together. */
type NameChange = { readonly folder: string; readonly names: readonly (readonly [path: string, Inode | null])[] };

export type DiskError = Error & { readonly code: string };

export function diskError(code: string, path: string): DiskError {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/**
 * A file system with a page cache. What is written is seen at once, but survives a power cut for certain only after
 * the file's fsync; a name only after its folder's fsync. Calls are those of an operating system: they throw with a code.
 */
export type Disk = ReturnType<typeof createDisk>;

const pageBytes = 4;

export function createDisk(dice: Dice, step: () => number, nowMs: () => number) {
  const names = new Map<string, Inode>();
  const durableNames = new Map<string, Inode>();
  const changes: NameChange[] = [];
  const versions = new Map<string, FileVersion[]>();
  let lastInode = 1;
  let lastModifiedMs = 0;
  let onChange: (path: string) => void = () => undefined;

  /** Of two changes in one millisecond too: file systems count nanoseconds (15,625 of them are a number without rest). */
  const modifiedNow = () => (lastModifiedMs = Math.max(lastModifiedMs + 1 / 64, nowMs()));
  const newInode = (type: Inode['type'], byEngine: boolean, bytes = new Uint8Array()): Inode => {
    const modifiedMs = modifiedNow();
    return {
      number: (lastInode += 1),
      type,
      byEngine,
      bytes,
      durable: new Uint8Array(),
      modifiedMs,
      changedMs: modifiedMs,
    };
  };

  function noteVersion(path: string, inode: Inode | null): void {
    let known = versions.get(path);
    if (known === undefined) versions.set(path, (known = []));
    const last = known.at(-1);
    if (last !== undefined && last.goneStep === null) last.goneStep = step();
    onChange(path);
    if (inode?.type === 'file')
      known.push({ bytes: inode.bytes, modifiedMs: inode.modifiedMs, bornStep: step(), goneStep: null });
  }

  function setNames(entries: NameChange['names']): void {
    for (const [path, inode] of entries) {
      if (inode === null) names.delete(path);
      else names.set(path, inode);
      if (inode !== null) inode.changedMs = Math.max(inode.changedMs, nowMs());
      noteVersion(path, inode);
    }
  }

  function change(folder: string, ...entries: NameChange['names']): void {
    setNames(entries);
    changes.push({ folder, names: entries });
  }

  function find(path: string): Inode {
    const inode = names.get(path);
    if (inode === undefined) {
      // A file where a folder should be is another failure than nothing at all.
      for (let above = posix.dirname(path); above !== '/'; above = posix.dirname(above))
        if (names.get(above)?.type === 'file') throw diskError('ENOTDIR', path);
      throw diskError('ENOENT', path);
    }
    return inode;
  }

  function findFile(path: string): Inode {
    const inode = find(path);
    if (inode.type === 'folder') throw diskError('EISDIR', path);
    return inode;
  }

  function needFolderOf(path: string): void {
    if (find(posix.dirname(path)).type !== 'folder') throw diskError('ENOTDIR', path);
  }

  function childrenOf(folder: string): string[] {
    const above = folder === '/' ? '/' : `${folder}/`;
    return [...names.keys()].filter((path) => path.startsWith(above) && !path.slice(above.length).includes('/'));
  }

  function setBytes(path: string, inode: Inode, bytes: Uint8Array): void {
    inode.bytes = bytes;
    inode.modifiedMs = modifiedNow();
    inode.changedMs = inode.modifiedMs;
    noteVersion(path, inode);
  }

  function mkdirs(path: string): string | undefined {
    const missing: string[] = [];
    for (let at = path; at !== '/'; at = posix.dirname(at)) {
      const inode = names.get(at);
      if (inode?.type === 'folder') break;
      if (inode !== undefined) throw diskError(at === path ? 'EEXIST' : 'ENOTDIR', path);
      missing.push(at);
    }
    for (const at of missing.toReversed()) change(posix.dirname(at), [at, newInode('folder', true)]);
    return missing.at(-1);
  }

  function unlink(path: string): void {
    findFile(path);
    change(posix.dirname(path), [path, null]);
  }

  return {
    /** As programs see them. */
    names: names as ReadonlyMap<string, Inode>,
    /** As a power cut would leave them at worst. */
    durableNames: durableNames as ReadonlyMap<string, Inode>,
    versionsOf: (path: string): readonly FileVersion[] => versions.get(path) ?? [],
    /** Whoever is told that something happened to a path, as systems tell it; one at a time. */
    watchWith: (next: (path: string) => void) => void (onChange = next),
    find,
    findFile,
    mkdirs,
    unlink,

    readdir(path: string): string[] {
      if (find(path).type !== 'folder') throw diskError('ENOTDIR', path);
      return childrenOf(path).map((child) => posix.basename(child));
    },
    createFile(path: string): Inode {
      needFolderOf(path);
      if (names.has(path)) throw diskError('EEXIST', path);
      const inode = newInode('file', true);
      change(posix.dirname(path), [path, inode]);
      return inode;
    },
    truncate(path: string, inode: Inode, sizeBytes: number): void {
      const bytes = new Uint8Array(sizeBytes);
      bytes.set(inode.bytes.subarray(0, sizeBytes));
      setBytes(path, inode, bytes);
    },
    read: (path: string, offset: number, sizeBytes: number) => findFile(path).bytes.slice(offset, offset + sizeBytes),
    write(path: string, offset: number, bytes: Uint8Array): void {
      const inode = findFile(path);
      const all = new Uint8Array(Math.max(inode.bytes.length, offset + bytes.length));
      all.set(inode.bytes);
      all.set(bytes, offset);
      setBytes(path, inode, all);
    },
    setModified(inode: Inode, modifiedMs: number): void {
      inode.modifiedMs = modifiedMs;
      inode.changedMs = Math.max(inode.changedMs, nowMs());
    },
    sync(inode: Inode): void {
      inode.durable = inode.bytes;
    },
    syncFolder(folder: string): void {
      if (find(folder).type !== 'folder') throw diskError('ENOTDIR', folder);
      for (let index = 0; index < changes.length; ) {
        const pending = changes[index] as NameChange;
        if (pending.folder !== folder) {
          index += 1;
          continue;
        }
        applyTo(durableNames, pending);
        changes.splice(index, 1);
      }
    },
    link(from: string, to: string): void {
      const inode = findFile(from);
      needFolderOf(to);
      if (names.has(to)) throw diskError('EEXIST', to);
      change(posix.dirname(to), [to, inode]);
    },
    rename(from: string, to: string): void {
      const inode = findFile(from);
      needFolderOf(to);
      if (names.get(to)?.type === 'folder') throw diskError('EISDIR', to);
      change(posix.dirname(to), [to, inode], [from, null]);
    },
    /** With everything below it. */
    removeTree(path: string): void {
      for (const each of [...names.keys()].sort().toReversed())
        if (each === path || each.startsWith(`${path}/`)) change(posix.dirname(each), [each, null]);
    },

    /** A person puts a file there: written in place where one is, or as a new file with its name. On the disk at once. */
    put(path: string, bytes: Uint8Array, inPlace: boolean): void {
      for (let at = posix.dirname(path); at !== '/'; at = posix.dirname(at)) {
        if (!names.has(at)) names.set(at, newInode('folder', false));
        durableNames.set(at, names.get(at) as Inode);
      }
      const there = names.get(path);
      const inode = inPlace && there?.type === 'file' ? there : newInode('file', false);
      setBytes(path, inode, bytes);
      inode.durable = bytes;
      names.set(path, inode);
      forgetChanges(path);
      durableNames.set(path, inode);
    },
    /** A person makes a folder, or takes a file away; on the disk at once. */
    putFolder(path: string): void {
      const inode = newInode('folder', false);
      names.set(path, inode);
      durableNames.set(path, inode);
    },
    takeAway(path: string): void {
      if (names.get(path)?.type !== 'file') return;
      setNames([[path, null]]);
      forgetChanges(path);
      durableNames.delete(path);
    },

    /**
     * The power goes: of the names that were not synced some are kept, of the pages too. `inOrder`: what came later is
     * not kept without what came before (a journaling file system).
     */
    cutPower(inOrder: boolean): void {
      const kept = inOrder ? changes.slice(0, dice.int(changes.length + 1)) : changes.filter(() => dice.chance(0.5));
      for (const pending of kept) applyTo(durableNames, pending);
      changes.length = 0;
      // What lies in a folder that is gone is gone too.
      for (const path of [...durableNames.keys()].sort()) {
        const above = posix.dirname(path);
        if (above !== '/' && durableNames.get(above)?.type !== 'folder') durableNames.delete(path);
      }
      for (const inode of new Set(durableNames.values())) {
        inode.bytes = torn(inode);
        inode.durable = inode.bytes;
      }
      const gone = [...names.keys()].filter((path) => !durableNames.has(path));
      for (const path of gone) setNames([[path, null]]);
      for (const [path, inode] of durableNames) {
        const before = names.get(path);
        names.set(path, inode);
        if (inode.type === 'file' && (before !== inode || versions.get(path)?.at(-1)?.bytes !== inode.bytes))
          noteVersion(path, inode);
      }
    },
  };

  function applyTo(target: Map<string, Inode>, { names: entries }: NameChange): void {
    for (const [path, inode] of entries) {
      if (inode === null) target.delete(path);
      else target.set(path, inode);
    }
  }

  /** What a person did there has the last word. */
  function forgetChanges(path: string): void {
    for (let index = changes.length - 1; index >= 0; index -= 1) {
      const { folder, names: entries } = changes[index] as NameChange;
      const rest = entries.filter(([each]) => each !== path);
      if (rest.length < entries.length) changes.splice(index, 1, { folder, names: rest });
    }
  }

  function torn({ bytes, durable }: Inode): Uint8Array {
    if (bytes === durable) return bytes;
    const size = dice.chance(0.5) ? bytes.length : durable.length;
    const left = new Uint8Array(size);
    for (let at = 0; at < size; at += pageBytes) {
      const page = (dice.chance(0.5) ? bytes : durable).subarray(at, Math.min(size, at + pageBytes));
      left.set(page, at);
    }
    return left;
  }
}
