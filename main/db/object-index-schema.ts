import type { Migration } from './migrations/index.ts';

/** "BBi1": an index of the automation, not the app's database. */
export const indexApplicationId = 0x42426931;

/**
 * `object` by key: SQLite compares text as its UTF-8 bytes, which is S3's order; as BLOBs the keys take four times as long to
 * read. `change`: ids are never used again, for a run is known by them ([A2]).
 */
export const indexMigrations: readonly Migration[] = [
  {
    version: 1,
    name: '01-object-index',
    sql: `
      CREATE TABLE object (
        key TEXT PRIMARY KEY COLLATE BINARY,
        size_bytes INTEGER NOT NULL,
        etag TEXT,
        last_modified TEXT,
        storage_class TEXT
      ) WITHOUT ROWID;
      CREATE TABLE change (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        pass INTEGER NOT NULL,
        type TEXT NOT NULL CHECK (type IN ('created', 'updated', 'removed')),
        mark TEXT,
        key TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        etag TEXT,
        last_modified TEXT,
        storage_class TEXT,
        -- What an updated one was before.
        was_etag TEXT,
        was_modified TEXT
      );
      CREATE TABLE mark (
        id TEXT PRIMARY KEY,
        prefix TEXT NOT NULL,
        is_recursive INTEGER NOT NULL,
        -- The look that served it.
        pass INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE meta (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
        index_id TEXT NOT NULL,
        -- Of the last look or update.
        pass INTEGER NOT NULL,
        -- Where the first look was that said where it is.
        looked_at TEXT
      );
      INSERT INTO meta VALUES (1, lower(hex(randomblob(16))), 0, NULL);
    `,
  },
];
