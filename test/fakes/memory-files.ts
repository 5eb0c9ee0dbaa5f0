import { posix } from 'node:path';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { FileInfo, LocalFiles } from '../../main/transfers/files/local-files.ts';

export type MemoryFile = { bytes: Uint8Array; modifiedMs: number; inode: number };

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
    if (file) return ok({ type: 'file', sizeBytes: file.bytes.length, modifiedMs: file.modifiedMs, inode: file.inode });
    return isFolder(path) ? ok({ type: 'folder', sizeBytes: 0, modifiedMs: 0, inode: 0 }) : missing(path);
  };
  return {
    entries,
    put: (path, bytes) => void entries.set(path, { bytes, modifiedMs: inodes, inode: inodes++ }),
    stat: async (path) => info(path),
    async *walk(folder) {
      for (const path of [...entries.keys()].sort()) {
        if (path.startsWith(`${folder}/`))
          yield { names: posix.relative(folder, path).split('/'), path, info: info(path) };
      }
    },
    makeFolder: async () => ok(),
    async createTemp(path, sizeBytes) {
      if (entries.has(path)) return err(appError('FileExists', { path }));
      entries.set(path, { bytes: new Uint8Array(sizeBytes), modifiedMs: 0, inode: inodes++ });
      return ok();
    },
    async commitTemp(tempPath, path, replace) {
      const file = entries.get(tempPath);
      if (!file) return missing(tempPath);
      if (!replace && entries.has(path)) return err(appError('FileExists', { path }));
      entries.delete(tempPath);
      entries.set(path, file);
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
