import { posix } from 'node:path';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { FileAttributes } from '../../main/s3/file-attributes.ts';
import type { FileInfo } from '../../main/transfers/files/file-info.ts';
import type { LocalFiles } from '../../main/transfers/files/local-files.ts';

/** `attributes`: what it was given when it got its name. */
export type MemoryFile = {
  bytes: Uint8Array;
  modifiedMs: number;
  inode: number;
  modifiedNanos?: number;
  mode?: number;
  attributes?: FileAttributes | null;
};

/** LocalFiles in memory; what is there lies open in `entries` (folders are implied by their files, or in `folders`). */
export type MemoryFiles = LocalFiles & {
  readonly entries: Map<string, MemoryFile>;
  put(path: string, bytes: Uint8Array): void;
};

export function createMemoryFiles(): MemoryFiles {
  const entries = new Map<string, MemoryFile>();
  let inodes = 1;
  const missing = (path: string) => err(appError('FileNotFound', { path }));
  const isFolder = (path: string) => [...entries.keys()].some((each) => each.startsWith(`${path}/`));
  const info = (path: string): Result<FileInfo> => {
    const file = entries.get(path);
    if (file) {
      const { bytes, attributes: _, ...rest } = file;
      return ok({ type: 'file', sizeBytes: bytes.length, ...rest });
    }
    return isFolder(path) ? ok({ type: 'folder', sizeBytes: 0, modifiedMs: 0, inode: 0 }) : missing(path);
  };
  return {
    entries,
    put: (path, bytes) => void entries.set(path, { bytes, modifiedMs: inodes, inode: inodes++ }),
    stat: async (path) => info(path),
    realPath: async (path) => (info(path).ok ? ok(path) : missing(path)),
    async *walk(folder) {
      for (const path of [...entries.keys()].sort()) {
        if (path.startsWith(`${folder}/`))
          yield { names: posix.relative(folder, path).split('/'), path, info: info(path) };
      }
    },
    makeFolder: async () => ok(),
    foldsNames: async () => false,
    async createTemp(path, sizeBytes) {
      if (entries.has(path)) return err(appError('FileExists', { path }));
      entries.set(path, { bytes: new Uint8Array(sizeBytes), modifiedMs: 0, inode: inodes++ });
      return ok();
    },
    async commitTemp(tempPath, path, replace, attributes) {
      const file = entries.get(tempPath);
      if (!file) return missing(tempPath);
      if (!replace && entries.has(path)) return err(appError('FileExists', { path }));
      entries.delete(tempPath);
      entries.set(path, { ...file, attributes });
      return ok();
    },
    async remove(path) {
      entries.delete(path);
      return ok();
    },
    async removeFolder(path) {
      for (const each of entries.keys()) if (each.startsWith(`${path}/`)) entries.delete(each);
      return ok();
    },
  };
}
