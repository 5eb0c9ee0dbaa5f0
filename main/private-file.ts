import { randomUUID } from 'node:crypto';
import { chmod, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../shared/result.ts';
import { mapFileError } from './s3/file-errors.ts';
import { syncFolder } from './sync-folder.ts';

/** The whole file, or null when there is none. */
export async function readPrivateFile(path: string): Promise<Result<Buffer | null>> {
  try {
    return ok(await readFile(path));
  } catch (error) {
    const failure = mapFileError(error, path);
    return failure.code === 'FileNotFound' ? ok(null) : err(failure);
  }
}

/**
 * Puts `bytes` at `path` with mode 0600, whole or not at all: written beside it, synced, renamed, and the folder
 * synced, so that after a crash or a power cut the file is the old one or the new one.
 */
export async function writePrivateFile(path: string, bytes: Uint8Array): Promise<Result<void>> {
  const unfinishedPath = join(dirname(path), `.${basename(path)}.${randomUUID()}.unfinished`);
  try {
    const file = await open(unfinishedPath, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinishedPath, path);
    await syncFolder(dirname(path));
    return ok();
  } catch (error) {
    await rm(unfinishedPath, { force: true }).catch(() => undefined);
    return err(mapFileError(error, path));
  }
}

/** Idempotent; true when there was one. */
export async function removePrivateFile(path: string): Promise<Result<boolean>> {
  try {
    await rm(path);
    await syncFolder(dirname(path));
    return ok(true);
  } catch (error) {
    const failure = mapFileError(error, path);
    return failure.code === 'FileNotFound' ? ok(false) : err(failure);
  }
}

/**
 * Takes the rights of group and others away from a file of this user; `ok(true)` when they had any. Fails when that
 * is not possible (another owner, a read-only mount). On Windows files carry no mode: nothing is done.
 */
export async function makePrivate(path: string): Promise<Result<boolean>> {
  if (process.platform === 'win32') return ok(false);
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) === 0) return ok(false);
    await chmod(path, 0o600);
    return ok(true);
  } catch (error) {
    return err(mapFileError(error, path));
  }
}
