import { mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { mapFileError } from '../../s3/error-map.ts';
import { syncFolder } from '../../sync-folder.ts';
import { type FileTasks, ownFileTasks } from './file-tasks.ts';
import { createCommitGatherer } from './gather-commits.ts';
import { type FileInfo, fileInfoOf } from './file-info.ts';
import type { LocalFiles, WalkEntry } from './local-files.ts';
import { foldsNames } from './folds-names.ts';
import { infosOf, type LinkPolicy } from './read-folder.ts';

async function attempt<T>(path: string, work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (error) {
    return err(mapFileError(error, path));
  }
}

function statOf(path: string): Promise<Result<FileInfo>> {
  return attempt(path, async () => fileInfoOf(await stat(path, { bigint: true })));
}

/** Bounds what is remembered; a folder that was forgotten is synced once more. */
const maxSyncedFolders = 10_000;

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

/** Whether what there is of the path already lies where it says, below `within`; nothing is made. */
async function staysWithin(path: string, within: string): Promise<boolean> {
  const root = await realPathOf(within);
  // Not there: no link can lie below it.
  if (root === null) return true;
  for (let at = path; at !== within && at !== dirname(at); at = dirname(at)) {
    const real = await realPathOf(at);
    if (real !== null) return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
  }
  return true;
}

/** Where a folder above it has become a file, it is gone as well. */
async function removeFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error;
  }
}

/** Null when nothing is there, or a link that leads nowhere: no folder can be made in its place. */
async function realPathOf(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Names looked at with one message to a thread. */
const statBatch = 500;

async function* walk(
  tasks: FileTasks,
  folder: string,
  names: readonly string[],
  above: ReadonlySet<string>,
  links: LinkPolicy,
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
    const looked = await tasks.statMany(folder, some, links);
    const infos = looked.ok ? infosOf(looked.value) : some.map(() => looked);
    for (const [index, name] of some.entries()) {
      if (signal.aborted) return;
      const path = join(folder, name);
      const info = infos[index] as Result<FileInfo>;
      if (info.ok && info.value.type === 'folder') yield* walk(tasks, path, [...names, name], within, links, signal);
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
    realPath: (path) => attempt(path, () => realpath(path)),
    walk: (folder, links, signal) => walk(tasks, folder, [], new Set(), links, signal),
    async makeFolder(path, within) {
      if (within !== undefined) {
        const isInside = await attempt(path, () => staysWithin(path, within));
        if (!isInside.ok) return isInside;
        if (!isInside.value) return err(appError('LinkLeadsOutside', { path }));
      }
      const made = await attempt(path, () => makeFolder(path));
      // A file where the folder should be: mkdir says "exists", people need to hear that it is not a folder.
      return !made.ok && made.error.code === 'FileExists' ? err(appError('NotADirectory', { path })) : made;
    },
    foldsNames,
    createTemp: (path, sizeBytes) =>
      attempt(path, async () => {
        const handle = await open(path, 'wx', 0o666);
        try {
          await handle.truncate(sizeBytes);
        } finally {
          await handle.close();
        }
      }),
    commitTemp: (tempPath, path, replace, attributes) => commit({ tempPath, path, replace, attributes }),
    remove: (path) => attempt(path, () => removeFile(path)),
    removeFolder: (path) => attempt(path, () => rm(path, { recursive: true, force: true })),
  };
}
