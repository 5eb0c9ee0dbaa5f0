import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { mapFileError } from '../../s3/error-map.ts';
import { type FileTasks, ownFileTasks } from './file-tasks.ts';
import { createCommitGatherer } from './gather-commits.ts';
import type { FileInfo, LocalFiles, WalkEntry } from './local-files.ts';
import { infosOf } from './read-folder.ts';

async function attempt<T>(path: string, work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (error) {
    return err(mapFileError(error, path));
  }
}

function statOf(path: string): Promise<Result<FileInfo>> {
  return attempt(path, async () => {
    const stats = await stat(path);
    return {
      type: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
      sizeBytes: stats.size,
      modifiedMs: stats.mtimeMs,
      inode: stats.ino,
    };
  });
}

/** Bounds what is remembered; a folder that was forgotten is synced once more. */
const maxSyncedFolders = 10_000;

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals its names itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder, and durable what it is reached by: until the folder above has been synced, a power cut takes a new
 * folder away with all that is in it. Each is synced once in this process: one that died may have made it.
 */
function createFolderMaker(): (path: string) => Promise<void> {
  const synced = new Set<string>();
  return async (path) => {
    const first = await mkdir(path, { recursive: true });
    const isNew = (at: string) => first !== undefined && (at === first || at.startsWith(first + sep));
    const unsynced: string[] = [];
    for (let at = path; at !== dirname(at) && (isNew(at) || !synced.has(at)); at = dirname(at)) unsynced.push(at);
    // From the outermost: whoever finds one synced relies on those above it.
    for (const at of unsynced.toReversed()) {
      try {
        await syncFolder(dirname(at));
      } catch (error) {
        // What was there before may lie in a folder that nobody may read.
        const code = (error as NodeJS.ErrnoException).code;
        if (isNew(at) || (code !== 'EACCES' && code !== 'EPERM')) throw error;
      }
      if (synced.size >= maxSyncedFolders) synced.clear();
      synced.add(at);
    }
  };
}

/** Names looked at with one message to a thread. */
const statBatch = 500;

async function* walk(
  tasks: FileTasks,
  folder: string,
  names: readonly string[],
  above: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<WalkEntry> {
  const read = await tasks.readFolder(folder);
  if (!read.ok) {
    yield { names, path: folder, info: read };
    return;
  }
  const { realPath } = read.value;
  if (above.has(realPath)) {
    yield { names, path: folder, info: err(appError('SymlinkLoop', { path: folder })) };
    return;
  }
  if (read.value.names === '') {
    yield { names, path: folder, info: await statOf(folder) };
    return;
  }
  const within = new Set([...above, realPath]);
  const all = read.value.names.split('/');
  for (let from = 0; from < all.length && !signal.aborted; from += statBatch) {
    const some = all.slice(from, from + statBatch);
    const looked = await tasks.statMany(folder, some);
    const infos = looked.ok ? infosOf(looked.value) : some.map(() => looked);
    for (const [index, name] of some.entries()) {
      if (signal.aborted) return;
      const path = join(folder, name);
      const info = infos[index] as Result<FileInfo>;
      if (info.ok && info.value.type === 'folder') yield* walk(tasks, path, [...names, name], within, signal);
      else yield { names: [...names, name], path, info };
    }
  }
}

/** LocalFiles on node:fs; what takes long is left to `tasks`. */
export function createNodeLocalFiles(tasks: FileTasks = ownFileTasks): LocalFiles {
  const commit = createCommitGatherer(tasks);
  const makeFolder = createFolderMaker();
  return {
    stat: statOf,
    walk: (folder, signal) => walk(tasks, folder, [], new Set(), signal),
    makeFolder: (path) =>
      attempt(path, () => makeFolder(path)).then((made) =>
        // A file where the folder should be: mkdir says "exists", people need to hear that it is not a folder.
        !made.ok && made.error.code === 'FileExists' ? err(appError('NotADirectory', { path })) : made,
      ),
    createTemp: (path, sizeBytes) =>
      attempt(path, async () => {
        const handle = await open(path, 'wx', 0o666);
        try {
          await handle.truncate(sizeBytes);
        } finally {
          await handle.close();
        }
      }),
    commitTemp: (tempPath, path, replace) => commit({ tempPath, path, replace }),
    remove: (path) => attempt(path, () => rm(path, { force: true })),
    removeFolder: (path) => attempt(path, () => rm(path, { recursive: true, force: true })),
  };
}
