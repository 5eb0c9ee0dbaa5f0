import { disk, statsOf } from './disk-in-use.ts';

/**
 * Stands in for node:fs/promises where the real LocalFiles (main/transfers/files) runs in the simulation:
 * the same calls on the simulated disk, each of which takes its time and may fail. See load-hooks.ts.
 */
export const stat = (path: string) => disk().call('stat', path, (at) => statsOf(at.look(path)));
export const access = (path: string) => disk().call('access', path, (at) => void at.disk.find(path));
export const realpath = (path: string) =>
  disk().call('realpath', path, (at) => {
    at.disk.find(path);
    return path;
  });
export const readdir = (path: string) => disk().call('readdir', path, (at) => at.disk.readdir(path));
export const mkdir = (path: string, _options: { readonly recursive: true }) =>
  disk().call('mkdir', path, (at) => at.disk.mkdirs(path));
export const link = (from: string, to: string) => disk().call('link', to, (at) => at.link(from, to));
export const rename = (from: string, to: string) => disk().call('rename', to, (at) => at.rename(from, to));
export const unlink = (path: string) => disk().call('unlink', path, (at) => at.unlink(path));

export function rm(path: string, options: { readonly recursive?: boolean; readonly force: true }): Promise<void> {
  return disk().call('rm', path, (at) => {
    if (options.recursive === true) at.removeTree(path);
    else if (at.disk.names.has(path)) at.unlink(path);
  });
}

export async function open(path: string, flags: 'r' | 'r+' | 'wx', _mode?: number) {
  const inode = await disk().call(`open ${flags}`, path, (at) =>
    flags === 'wx' ? at.createFile(path) : flags === 'r' ? at.disk.find(path) : at.disk.findFile(path),
  );
  return {
    truncate: (sizeBytes: number) => disk().call('truncate', path, (at) => at.disk.truncate(path, inode, sizeBytes)),
    sync: () =>
      disk().call('fsync', path, (at) => {
        if (inode.type === 'folder') at.disk.syncFolder(path);
        else at.disk.sync(inode);
      }),
    // A handle that is closed has nothing left to fail.
    close: () => Promise.resolve(),
  };
}

/** For finding out what a file system takes for one name: this one is said to keep all apart. */
export const lstat = stat;
export function opendir(path: string): Promise<never> {
  throw new Error(`opendir ${path} is not simulated`);
}
