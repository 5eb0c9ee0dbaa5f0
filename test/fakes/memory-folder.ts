import { appError, type ErrorCode } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { EntryFacts, FolderFiles, ListedEntry } from '../../main/automation/folders/folder-files.ts';
import type { FolderNote, FolderNotes } from '../../main/automation/folders/folder-identity.ts';
import type { FolderWatching, WatchEvents } from '../../main/automation/folders/folder-watching.ts';

type MemoryEntry = {
  inode: string;
  sizeBytes: number;
  modifiedMs: number;
  changedMs: number;
  type: EntryFacts['type'];
};

/** One watched folder in memory, its watches, and what may go wrong with them. Keys are paths below it. */
export type MemoryFolder = FolderFiles &
  FolderWatching & {
    readonly entries: Map<string, MemoryEntry>;
    /** The folder itself; null: gone. */
    root: { device: string; inode: string; bornNs?: string } | null;
    /** What looking at these paths below the folder ('' is itself) fails with. */
    readonly failing: Map<string, ErrorCode>;
    /** Whether a hint gets lost. */
    loses(): boolean;
    /** Called before everything that is asked: what happens just then. */
    onAsked(what: 'statFolder' | 'list' | 'statMany', path: string): void;
    /** What `open` ends with: a failure, or watches; `silent`: nothing comes of it. */
    openFails: unknown;
    isNetwork: boolean;
    /** Sub-folders on another device. */
    readonly mounts: Set<string>;
    /** Watches that are open. */
    readonly openWatches: Set<WatchEvents>;
    write(key: string, sizeBytes: number, modifiedMs?: number): void;
    remove(key: string): void;
    rename(from: string, to: string): void;
    link(key: string): void;
  };

export function createMemoryFolder(folder: string, clock: Clock): MemoryFolder {
  let inodes = 100;
  const entries = new Map<string, MemoryEntry>();
  const open = new Set<WatchEvents>();
  const gone = (path: string) => err(appError('FileNotFound', { path }));
  const keyOf = (path: string) => path.slice(folder.length + 1);
  const isFolder = (key: string) => [...entries.keys()].some((each) => each.startsWith(`${key}/`));

  function hint(key: string): void {
    if (memory.root === null) return;
    for (const events of open) if (!memory.loses()) events.changed(key);
  }

  function failureOf(key: string): Result<never> | null {
    if (memory.root === null) return gone(key);
    for (const [path, code] of memory.failing)
      if (path === '' || key === path || key.startsWith(`${path}/`)) return err(appError(code, { path }));
    return null;
  }

  function factsOf(key: string): Result<EntryFacts> {
    const failure = failureOf(key);
    if (failure !== null) return failure;
    const device = memory.root?.device ?? '';
    const entry = entries.get(key);
    if (entry !== undefined) return ok({ ...entry, modifiedNs: BigInt(entry.modifiedMs) * 1_000_000n, device });
    if (!isFolder(key)) return gone(key);
    const own = memory.mounts.has(key) ? 'mounted' : device;
    return ok({ type: 'folder', sizeBytes: 0, modifiedNs: 0n, changedMs: 0, inode: `folder-${key}`, device: own });
  }

  const memory: MemoryFolder = {
    entries,
    root: { device: 'disk', inode: '2' },
    failing: new Map(),
    loses: () => false,
    onAsked: () => {},
    openFails: null,
    isNetwork: false,
    mounts: new Set(),
    openWatches: open,
    async statFolder(path) {
      memory.onAsked('statFolder', '');
      if (memory.root === null) return gone(path);
      const code = memory.failing.get('');
      if (code !== undefined) return err(appError(code, { path }));
      return ok({ type: 'folder', sizeBytes: 0, modifiedNs: 0n, changedMs: 0, ...memory.root });
    },
    async list(path) {
      const key = keyOf(path);
      memory.onAsked('list', key);
      const failure = failureOf(key);
      if (failure !== null) return failure;
      const prefix = key === '' ? '' : `${key}/`;
      const listed = new Map<string, ListedEntry>();
      for (const [each, { type }] of entries) {
        if (!each.startsWith(prefix)) continue;
        const [name = '', ...below] = each.slice(prefix.length).split('/');
        listed.set(name, { name, type: below.length > 0 ? 'folder' : type });
      }
      return listed.size === 0 && key !== '' ? gone(path) : ok([...listed.values()]);
    },
    async statMany(_, keys) {
      return keys.map((key) => {
        memory.onAsked('statMany', key);
        return factsOf(key);
      });
    },
    watchesWork: async () => !memory.isNetwork,
    open(_, __, events) {
      open.add(events);
      const failure = memory.openFails;
      queueMicrotask(() => {
        if (!open.has(events) || failure === 'silent') return;
        if (failure === null) events.ready();
        else events.failed(failure);
      });
      return { close: async () => void open.delete(events) };
    },
    write(key, sizeBytes, modifiedMs = clock.nowMs()) {
      const inode = entries.get(key)?.inode ?? String(inodes++);
      entries.set(key, { inode, sizeBytes, modifiedMs, changedMs: clock.nowMs(), type: 'file' });
      hint(key);
    },
    remove(key) {
      if (entries.delete(key)) hint(key);
    },
    rename(from, to) {
      const entry = entries.get(from);
      if (entry === undefined || from === to) return;
      entries.delete(from);
      entries.set(to, { ...entry, changedMs: clock.nowMs() });
      hint(from);
      hint(to);
    },
    link(key) {
      entries.set(key, { inode: String(inodes++), sizeBytes: 1, modifiedMs: 0, changedMs: 0, type: 'other' });
    },
  };
  return memory;
}

/** Notes in memory, by their path; they outlive whoever wrote them. */
export function createMemoryNotes(): (filePath: string) => FolderNotes {
  const notes = new Map<string, FolderNote>();
  return (filePath) => ({
    read: async () => ok(notes.get(filePath) ?? null),
    async write(note) {
      notes.set(filePath, note);
      return ok();
    },
    async remove() {
      notes.delete(filePath);
      return ok();
    },
  });
}
