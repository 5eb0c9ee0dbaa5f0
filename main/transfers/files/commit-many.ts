import {
  close,
  existsSync,
  fchmodSync,
  fstatSync,
  fsync,
  futimesSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { eachInLanes } from '../../in-lanes.ts';
import { mapFileError } from '../../s3/error-map.ts';
import type { FileAttributes } from '../../s3/file-attributes.ts';

/** See LocalFiles.commitTemp. */
export type TempCommit = {
  readonly tempPath: string;
  readonly path: string;
  readonly replace: boolean;
  readonly attributes: FileAttributes | null;
};

/** As many as Node has threads for: the file system joins the syncs of several. */
const syncsAtOnce = 4;

const readWrite = 0o666;
const allRead = 0o444;
const ownerReadWrite = 0o600;

/**
 * LocalFiles.commitTemp for many, each with its own outcome: all files are synced, then named, then each folder is
 * synced once, and only then anything is done. Runs in a worker thread: all but the syncs is synchronous.
 */
export async function commitMany(files: readonly TempCommit[]): Promise<Result<void>[]> {
  const results = await eachInLanes(files, syncsAtOnce, ({ tempPath, attributes }) => sync(tempPath, 'r+', attributes));
  const folders = new Map<string, number[]>();
  for (const [index, file] of files.entries()) {
    if (!results[index]?.ok) continue;
    results[index] = nameFile(file);
    if (!results[index].ok) continue;
    const folder = dirname(file.path);
    const inFolder = folders.get(folder);
    if (inFolder === undefined) folders.set(folder, [index]);
    else inFolder.push(index);
  }
  // Windows cannot open a folder; NTFS journals renames itself.
  if (process.platform === 'win32') return results;
  const entries = [...folders];
  const synced = await eachInLanes(entries, syncsAtOnce, ([folder]) => sync(folder, 'r'));
  for (const [at, [, indexes]] of entries.entries()) {
    const result = synced[at];
    if (result?.ok === false) for (const index of indexes) results[index] = result;
  }
  return results;
}

function sync(path: string, flags: 'r' | 'r+', attributes: FileAttributes | null = null): Promise<Result<void>> {
  return new Promise((resolve) => {
    let file: number;
    try {
      file = openSync(path, flags);
    } catch (error) {
      resolve(err(mapFileError(error, path)));
      return;
    }
    if (attributes !== null) setAttributes(file, attributes);
    fsync(file, (failure) => {
      close(file, () => resolve(failure ? err(mapFileError(failure, path)) : ok()));
    });
  });
}

/**
 * [T71] A file that was just made has what the umask (or the folder) grants: a mode takes from that, and adds only the right
 * to execute where it grants that of reading. The file stays the owner's to read and write.
 */
function setAttributes(file: number, { modifiedMicros, mode }: FileAttributes): void {
  try {
    if (modifiedMicros === null && mode === null) return;
    const now = fstatSync(file);
    const granted = now.mode & readWrite;
    const executes = (granted & allRead) >> 2;
    if (mode !== null && process.platform !== 'win32') {
      const wanted = (mode & (granted | executes)) | ownerReadWrite;
      if (wanted !== (now.mode & 0o777)) fchmodSync(file, wanted);
    }
    if (modifiedMicros !== null) futimesSync(file, now.atimeMs / 1000, nodeTimeOf(modifiedMicros));
  } catch {
    // Not every file system keeps every time, or modes: the file is whole without them.
  }
}

/**
 * What node:fs takes for a time: a number of seconds, which is not always a whole number of microseconds, and must not be
 * just below one. Before 1970 only a date is taken for what it is. Pure.
 */
export function nodeTimeOf(micros: number): number | Date {
  if (micros < 0) return new Date(Math.floor(micros / 1000));
  const seconds = micros / 1e6;
  const isBelow = Math.floor((seconds - Math.floor(seconds)) * 1e6) < micros % 1e6;
  return isBelow ? (micros + 0.5) / 1e6 : seconds;
}

function nameFile({ tempPath, path, replace }: TempCommit): Result<void> {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) return err(appError('IsADirectory', { path }));
    if (replace) {
      // A device or a pipe would be replaced by the rename: nobody means that.
      if (there && !there.isFile() && !there.isSymbolicLink()) return err(appError('NotAFile', { path }));
      renameSync(tempPath, path);
    } else linkOnly(tempPath, path);
    return ok();
  } catch (error) {
    return err(mapFileError(error, path));
  }
}

/** Never replaces anything. */
function linkOnly(tempPath: string, path: string): void {
  try {
    linkSync(tempPath, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // File systems without hard links (FAT, some network drives; Windows says EISDIR of FAT): the check just before is
    // the best there is.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EISDIR') throw error;
    if (existsSync(path)) throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' });
    renameSync(tempPath, path);
    return;
  }
  unlinkSync(tempPath);
}
