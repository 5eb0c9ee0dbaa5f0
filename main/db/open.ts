import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { mapDatabaseError } from './database-error.ts';
import { backUpBeforeMigration, migrate } from './migrate.ts';
import { migrations as allMigrations, type Migration } from './migrations/index.ts';

export type Db = Database.Database;

export type OpenDatabaseOptions = {
  /** The tests bring their own. */
  readonly migrations?: readonly Migration[];
  /** How long a statement waits for a lock before it fails with DatabaseLocked. */
  readonly busyTimeoutMs?: number;
};

/** "BBr1": says that a SQLite file is ours, so that another program's is never migrated. */
export const applicationId = 0x42427231;

/** Reading every page of a bigger file would make the start slow; SQLite still notices a broken page when it reads it. */
const maxCheckedBytes = 128 * 1024 * 1024;

/**
 * Opens the database, making or migrating it first. A file that is broken, another program's, or of a newer version
 * is left byte for byte as it was: DatabaseCorrupt, DatabaseNewer, each naming the file. Else DatabaseLocked, DiskFull,
 * LocalAccessDenied, ReadOnlyFileSystem and their like. Before an older file is migrated a copy is put beside it.
 */
export function openDatabase(filePath: string, options: OpenDatabaseOptions = {}): Result<Db> {
  const migrations = options.migrations ?? allMigrations;
  const busyTimeoutMs = options.busyTimeoutMs ?? 5000;
  let db: Db | undefined;
  try {
    const present = inspect(filePath, migrations, busyTimeoutMs);
    if (!present.ok) return present;
    // SQLite gives its -wal and -shm files the mode of the database.
    closeSync(openSync(filePath, 'a', 0o600));
    db = new Database(filePath, { timeout: busyTimeoutMs });
    db.pragma('journal_mode = WAL');
    // The database is a journal of intent: what it says was begun or finished must be true after a power cut, or an
    // upload is orphaned and a move deletes a source whose copy nobody recorded. In WAL mode NORMAL may lose the last
    // commits; FULL syncs each one before it counts.
    db.pragma('synchronous = FULL');
    // Off on macOS by default, where fsync alone does not reach the disk.
    db.pragma('fullfsync = ON');
    if (present.value > 0 && present.value < latestVersion(migrations)) backUpBeforeMigration(db, present.value);
    migrate(db, migrations, applicationId);
    db.pragma('foreign_keys = ON');
    return ok(db);
  } catch (error) {
    db?.close();
    return err(mapDatabaseError(error, filePath));
  }
}

export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/**
 * The schema version of an existing file (0: there is none yet), after checking that it is whole and ours. The file is
 * opened read-only for it: a connection that may write would fold the write-ahead log into a broken file on closing.
 */
function inspect(filePath: string, migrations: readonly Migration[], busyTimeoutMs: number): Result<number> {
  if (!existsSync(filePath) || statSync(filePath).size === 0) {
    return existsSync(`${filePath}-wal`) && statSync(`${filePath}-wal`).size > 0
      ? err(corrupt(filePath, 'The database is empty or gone while its write-ahead log is still there.'))
      : ok(0);
  }
  if (statSync(filePath).isDirectory()) return err(appError('IsADirectory', { path: filePath }));
  const db = new Database(filePath, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  try {
    const version = db.pragma('user_version', { simple: true }) as number;
    const owner = db.pragma('application_id', { simple: true }) as number;
    const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number;
    if (owner !== applicationId && (tables > 0 || owner !== 0)) {
      return err(corrupt(filePath, 'This is a database of another program.'));
    }
    const latest = latestVersion(migrations);
    if (version > latest) return err(appError('DatabaseNewer', { path: filePath, version, latest }));
    if (statSync(filePath).size <= maxCheckedBytes) {
      const finding = db.pragma('quick_check(1)', { simple: true });
      if (finding !== 'ok') return err(corrupt(filePath, String(finding)));
    }
    return ok(version);
  } finally {
    db.close();
  }
}

function corrupt(filePath: string, cause: string): AppError {
  return appError('DatabaseCorrupt', { path: filePath }, cause);
}
