import { constants } from 'node:fs';
import { access, link, mkdir, open, readdir, realpath, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { mapFileError } from '../s3/error-map.ts';
import type { FileInfo, LocalFiles, WalkEntry } from './local-files.ts';

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

async function* walk(folder: string, signal: AbortSignal): AsyncGenerator<WalkEntry> {
  yield* walkBelow(folder, [], new Set(), signal);
}

async function* walkBelow(
  folder: string,
  names: readonly string[],
  above: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<WalkEntry> {
  const real = await attempt(folder, () => realpath(folder));
  if (!real.ok) {
    yield { names, path: folder, info: real };
    return;
  }
  if (above.has(real.value)) {
    yield { names, path: folder, info: err(appError('SymlinkLoop', { path: folder })) };
    return;
  }
  const entries = await attempt(folder, () => readdir(folder));
  if (!entries.ok) {
    yield { names, path: folder, info: entries };
    return;
  }
  if (entries.value.length === 0) yield { names, path: folder, info: await statOf(folder) };
  const within = new Set([...above, real.value]);
  for (const name of entries.value.sort()) {
    if (signal.aborted) return;
    const path = join(folder, name);
    const info = await statOf(path);
    if (info.ok && info.value.type === 'folder') yield* walkBelow(path, [...names, name], within, signal);
    else yield { names: [...names, name], path, info };
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals renames itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function commit(tempPath: string, path: string, replace: boolean): Promise<void> {
  const handle = await open(tempPath, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (replace) await rename(tempPath, path);
  else {
    try {
      await link(tempPath, path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // File systems without hard links (FAT, some network drives; Windows says EISDIR of FAT): the check just before
      // is the best there is.
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EISDIR') throw error;
      await refuseExisting(path);
      await rename(tempPath, path);
      await syncFolder(dirname(path));
      return;
    }
    await unlink(tempPath);
  }
  await syncFolder(dirname(path));
}

async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (exists) throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' });
}

/** LocalFiles on node:fs. */
export function createNodeLocalFiles(): LocalFiles {
  return {
    stat: statOf,
    walk,
    makeFolder: (path) =>
      attempt(path, async () => {
        await mkdir(path, { recursive: true });
      }).then((made) =>
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
    commitTemp: (tempPath, path, replace) => attempt(path, () => commit(tempPath, path, replace)),
    remove: (path) => attempt(path, () => rm(path, { force: true })),
    removeFolder: (path) => attempt(path, () => rm(path, { recursive: true, force: true })),
  };
}
