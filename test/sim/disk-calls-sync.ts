import type { Inode } from './disk.ts';
import { disk, statsOf } from './disk-in-use.ts';

/**
 * Stands in for node:fs where the engine's worker threads use files (main/transfers/files): the same calls on the simulated
 * disk, at once. Only what such a thread waits for takes its time.
 */
type OpenFile = { readonly path: string; readonly inode: Inode };

const open = new Map<number, OpenFile>();
let lastFile = 2;

export function openSync(path: string, flags: 'r' | 'r+'): number {
  const inode = disk().callNow(`open ${flags}`, path, (at) =>
    flags === 'r' ? at.disk.find(path) : at.disk.findFile(path),
  );
  open.set((lastFile += 1), { path, inode });
  return lastFile;
}

/** Not tried by the weather: a time that cannot be set is left out, as some file systems do. */
export const fstatSync = (_file: number) => ({ mode: 0o100644, atimeMs: 0 });
export const fchmodSync = (_file: number, _mode: number) => undefined;
export const futimesSync = (file: number, _accessed: number, modified: number | Date) => {
  const micros = typeof modified === 'number' ? Math.floor(modified * 1e6) : modified.getTime() * 1000;
  disk().disk.setModified((open.get(file) as OpenFile).inode, micros / 1000);
};

export function fsync(file: number, done: (failure: Error | null) => void): void {
  void syncThen(open.get(file) as OpenFile, done);
}

async function syncThen({ path, inode }: OpenFile, done: (failure: Error | null) => void): Promise<void> {
  let failure: Error | null = null;
  try {
    await disk().call('fsync', path, (at) => {
      if (inode.type === 'folder') at.disk.syncFolder(path);
      else at.disk.sync(inode);
    });
  } catch (error) {
    failure = error as Error;
  }
  done(failure);
}

export function close(file: number, done: () => void): void {
  open.delete(file);
  done();
}

export const existsSync = (path: string) => disk().disk.names.has(path);
export const lstatSync = (path: string, _options?: { readonly throwIfNoEntry?: false }) =>
  disk().callNow('lstat', path, (at) => {
    const inode = at.disk.names.get(path);
    return inode === undefined ? undefined : statsOf(inode);
  });
export const statSync = (path: string) => disk().callNow('stat', path, (at) => statsOf(at.look(path)));
export const readdirSync = (path: string) => disk().callNow('readdir', path, (at) => at.disk.readdir(path));
export const realpathSync = (path: string) =>
  disk().callNow('realpath', path, (at) => {
    at.disk.find(path);
    return path;
  });
export const linkSync = (from: string, to: string) => disk().callNow('link', to, (at) => at.link(from, to));
export const renameSync = (from: string, to: string) => disk().callNow('rename', to, (at) => at.rename(from, to));
export const unlinkSync = (path: string) => disk().callNow('unlink', path, (at) => at.unlink(path));
