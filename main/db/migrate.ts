import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Migration } from './migrations/index.ts';

/**
 * Brings the schema to the last version: each step in a transaction of its own together with its version number, so
 * that a crash or an error leaves the file at a whole version. Expects foreign keys not to be enforced yet (a step may
 * rebuild a table), and checks them before each commit.
 */
export function migrate(db: Database.Database, migrations: readonly Migration[], applicationId: number): void {
  const current = db.pragma('user_version', { simple: true }) as number;
  db.pragma('foreign_keys = OFF');
  for (const migration of migrations) {
    if (migration.version <= current) continue;
    db.transaction(() => {
      db.exec(migration.sql);
      const broken = db.pragma('foreign_key_check') as readonly unknown[];
      if (broken.length > 0) throw new Error(`Migration ${migration.name} leaves ${broken.length} broken references`);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${migration.version}`);
    }).exclusive();
  }
}

/**
 * Writes a copy to `<file>.before-migration-from-<version>` and returns its path. A copy cut off by a crash has
 * another name (`….unfinished`) and is made again.
 */
export function backUpBeforeMigration(db: Database.Database, version: number): string {
  const backupPath = `${db.name}.before-migration-from-${version}`;
  const unfinishedPath = `${backupPath}.unfinished`;
  rmSync(unfinishedPath, { force: true });
  // VACUUM INTO takes an empty file, keeps its mode and does not sync it.
  const file = openSync(unfinishedPath, 'wx', 0o600);
  try {
    db.prepare('VACUUM INTO ?').run(unfinishedPath);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinishedPath, backupPath);
  return backupPath;
}
