import { lstat, opendir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoreAbsent } from './file-errors.ts';
import { sortKeys } from './key-order.ts';

/** Sorted names of a folder for listings: files as they are, folders with `/` behind them. Nothing else is an object. */
export type FolderNames = {
  read(path: string): Promise<readonly string[]>;
  /** True when there is a file below it, however deep. */
  hasFiles(path: string): Promise<boolean>;
};

type Entry = { readonly mtimeNs: bigint; readonly names: readonly string[] };

/** Names kept over all folders; about 100 bytes each. */
const maxCachedNames = 500_000;
/** File systems stamp folders by the tick of a clock: names read within one tick of a change cannot be trusted later. */
const settledAfterNs = 100_000_000n;

/** Keeps the names of folders that did not change since they were read, so that page after page need not read them. */
export function createFolderNames(): FolderNames {
  const cache = new Map<string, Entry>();
  let cachedNames = 0;

  function forget(path: string): void {
    cachedNames -= cache.get(path)?.names.length ?? 0;
    cache.delete(path);
  }

  async function read(path: string): Promise<readonly string[]> {
    const stats = await lstat(path, { bigint: true }).catch(ignoreAbsent);
    if (!stats?.isDirectory()) return [];
    const cached = cache.get(path);
    if (cached?.mtimeNs === stats.mtimeNs) return cached.names;
    forget(path);
    // The kernel's clock, whatever clock the server was given.
    const readAtNs = BigInt(Date.now()) * 1_000_000n;
    const entries = (await readdir(path, { withFileTypes: true }).catch(ignoreAbsent)) ?? [];
    const names: string[] = [];
    for (const entry of entries) {
      if (entry.isFile()) names.push(entry.name);
      else if (entry.isDirectory()) names.push(`${entry.name}/`);
    }
    sortKeys(names);
    if (readAtNs - stats.mtimeNs > settledAfterNs) {
      for (const oldest of cache.keys()) {
        if (cachedNames + names.length <= maxCachedNames) break;
        forget(oldest);
      }
      cache.set(path, { mtimeNs: stats.mtimeNs, names });
      cachedNames += names.length;
    }
    return names;
  }

  return { read, hasFiles };
}

async function hasFiles(path: string): Promise<boolean> {
  const folders: string[] = [];
  const entries = await opendir(path).catch(ignoreAbsent);
  if (!entries) return false;
  for await (const entry of entries) {
    if (entry.isFile()) return true;
    if (entry.isDirectory()) folders.push(join(path, entry.name));
  }
  for (const folder of folders) if (await hasFiles(folder)) return true;
  return false;
}
