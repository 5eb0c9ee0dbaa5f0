import type { Dirent } from 'node:fs';
import { lstat, opendir, stat } from 'node:fs/promises';
import { err, ok, type Result } from '../../shared/result.ts';
import { mapFileError } from '../s3/file-errors.ts';
import type { ListingSource } from './listing-sources.ts';
import type { RowTable } from './row-table.ts';

/** Entries taken in at once. */
const batchEntries = 500;
/** Files looked at side by side. */
const statsUnderWay = 32;

/**
 * A folder of this machine, its dot files only when they are asked for. Links are followed: one that leads nowhere is an
 * empty file. What is neither file nor folder, and what is gone or has a name that is no text, is left out: it cannot be
 * uploaded.
 */
export function hostFolderSource(folder: string, base: string, withDotFiles: boolean): ListingSource {
  return async function* listHostFolder(table, signal) {
    try {
      const entries = await opendir(folder, { bufferSize: batchEntries });
      let batch: Dirent[] = [];
      for await (const entry of entries) {
        if (signal.aborted) return;
        if (!withDotFiles && entry.name.startsWith('.')) continue;
        batch.push(entry);
        if (batch.length < batchEntries) continue;
        await addEntries(table, base, batch);
        batch = [];
        yield ok();
      }
      await addEntries(table, base, batch);
      yield ok();
    } catch (error) {
      yield err(mapFileError(error, folder)) satisfies Result<void>;
    }
  };
}

async function addEntries(table: RowTable, base: string, entries: readonly Dirent[]): Promise<void> {
  for (let from = 0; from < entries.length; from += statsUnderWay) {
    const adds = await Promise.all(entries.slice(from, from + statsUnderWay).map((entry) => lookAt(base, entry)));
    for (const add of adds) add?.(table);
  }
}

async function lookAt(base: string, entry: Dirent): Promise<((table: RowTable) => void) | null> {
  const { name } = entry;
  if (entry.isDirectory()) return (table) => table.addHostFolder(name);
  try {
    const info = await stat(base + name);
    if (info.isDirectory()) return (table) => table.addHostFolder(name);
    return info.isFile() ? (table) => table.addHostFile(name, info.size, info.mtimeMs) : null;
  } catch {
    // A link that leads nowhere, unless the entry itself is gone.
    const info = await lstat(base + name).catch(() => null);
    return info?.isSymbolicLink() ? (table) => table.addHostFile(name, 0, info.mtimeMs) : null;
  }
}
