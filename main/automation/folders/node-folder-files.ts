import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir, stat, statfs } from 'node:fs/promises';
import { err, ok, type Result } from '../../../shared/result.ts';
import { eachInLanes } from '../../in-lanes.ts';
import { mapFileError } from '../../s3/error-map.ts';
import type { EntryFacts, FolderFiles, ListedEntry } from './folder-files.ts';

/** As many as keep the system's threads busy. */
const statsAtOnce = 32;

/** `f_type` of statfs(2) on Linux: NFS, SMB (three generations), 9P, AFS, Ceph, and FUSE, which sshfs, rclone and s3fs use. */
const networkTypes = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x5346414f, 0x00c36400, 0x65735546]);

export const nodeFolderFiles: FolderFiles = {
  statFolder: (path) => attempt(path, async () => factsOf(await stat(path, { bigint: true }))),
  list: (path) => attempt(path, async () => (await readdir(path, { withFileTypes: true })).map(listed)),
  statMany: (folder, keys) =>
    eachInLanes(keys, statsAtOnce, (key) => {
      const path = `${folder}/${key}`;
      return attempt(path, async () => factsOf(await lstat(path, { bigint: true })));
    }),
  async watchesWork(folder) {
    if (/^[\\/]{2}/.test(folder)) return false;
    if (process.platform !== 'linux') return true;
    const system = await attempt(folder, () => statfs(folder));
    // 32 bits, which some architectures extend by their sign.
    return !system.ok || !networkTypes.has(system.value.type >>> 0);
  },
};

async function attempt<T>(path: string, act: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await act());
  } catch (error) {
    return err(mapFileError(error, path));
  }
}

function factsOf(stats: BigIntStats): EntryFacts {
  return {
    type: typeOf(stats),
    sizeBytes: Number(stats.size),
    modifiedNs: stats.mtimeNs,
    changedMs: Number(stats.ctimeNs / 1_000_000n),
    inode: String(stats.ino),
    device: String(stats.dev),
    ...bornOf(stats),
  };
}

/** Where the file system does not keep it, Node has none, or the time of the last change in its place. */
function bornOf({ birthtimeNs, ctimeNs }: BigIntStats): { readonly bornNs?: string } {
  return birthtimeNs <= 0n || birthtimeNs === ctimeNs ? {} : { bornNs: String(birthtimeNs) };
}

const typeOf = (entry: BigIntStats | Dirent) => (entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other');

const listed = (entry: Dirent): ListedEntry => ({ name: entry.name, type: typeOf(entry) });
