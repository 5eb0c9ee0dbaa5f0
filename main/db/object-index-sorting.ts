import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { LookedRow } from '../automation/object-index.ts';

/** Sorts more rows than memory should hold, in a file that means nothing afterwards. */
export type RowSorting = {
  /** Of a key that comes again the last one counts. */
  add(rows: Iterable<LookedRow>): void;
  /** Ascending by the UTF-8 bytes of the keys, in pages. */
  sorted(): Generator<LookedRow[]>;
  /** Idempotent; the file is gone then. */
  dispose(): void;
};

type Columns = [string, number, string | null, string | null, string | null, 0 | 1];

const pageRows = 2000;

export function sortingPath(indexPath: string): string {
  return `${indexPath}.sorting`;
}

/** Beside the index, not in the system's temporary folder: that may be memory. What a crash has left there is replaced. */
export function createRowSorting(indexPath: string): RowSorting {
  const filePath = sortingPath(indexPath);
  rmSync(filePath, { force: true });
  const db = new Database(filePath);
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -16000');
  db.exec(`CREATE TABLE looked (
    key TEXT PRIMARY KEY COLLATE BINARY, size_bytes, etag, last_modified, storage_class, is_unsettled
  ) WITHOUT ROWID`);
  const insert = db.prepare<Columns>('INSERT OR REPLACE INTO looked VALUES (?, ?, ?, ?, ?, ?)');
  const read = db.prepare<[string, number], Columns>('SELECT * FROM looked WHERE key >= ? ORDER BY key LIMIT ?').raw();
  db.exec('BEGIN');
  return {
    add(rows) {
      for (const { key, sizeBytes, etag, lastModified, storageClass, unsettled } of rows)
        insert.run(key, sizeBytes, etag, lastModified, storageClass, unsettled === true ? 1 : 0);
    },
    *sorted() {
      for (let from = ''; ; ) {
        const page = read.all(from, pageRows);
        yield page.map(([key, sizeBytes, etag, lastModified, storageClass, isUnsettled]) => ({
          key,
          sizeBytes,
          etag,
          lastModified,
          storageClass,
          ...(isUnsettled === 1 ? { unsettled: true as const } : {}),
        }));
        const last = page.at(-1);
        if (last === undefined || page.length < pageRows) return;
        from = `${last[0]}\u0000`;
      }
    },
    dispose() {
      db.close();
      rmSync(filePath, { force: true });
    },
  };
}
