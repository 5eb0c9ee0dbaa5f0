import { join } from 'node:path';
import Database from 'better-sqlite3';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { makeDataFolder } from './data-folder.ts';
import { mapDatabaseError } from './database-error.ts';

export type DataFolderLock = {
  /** Idempotent. */
  release(): void;
};

/** A handle nobody refers to is closed by the garbage collector, and the lock with it. */
const heldHandles = new Set<Database.Database>();

/**
 * Takes the data folder for this process, at once or not at all: EngineUnavailable while another one (or another
 * caller in this one) has it. Makes the folder where it is missing. The lock is the operating system's on DIR/engine.lock, held
 * by an open exclusive SQLite transaction, so it dies with its process however that ends; the file itself stays and
 * means nothing. Nobody else in this process may open that file: closing it would drop the lock (POSIX).
 */
export function holdLock(dataDir: string): Result<DataFolderLock> {
  const made = makeDataFolder(dataDir);
  if (!made.ok) return made;
  const lockPath = join(dataDir, 'engine.lock');
  let db: Database.Database | undefined;
  try {
    db = new Database(lockPath, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    const failure = mapDatabaseError(error, lockPath);
    return err(failure.code === 'DatabaseLocked' ? appError('EngineUnavailable', { path: dataDir }, error) : failure);
  }
  const held = db;
  heldHandles.add(held);
  return ok({
    release() {
      // Closing ends the transaction with it.
      held.close();
      heldHandles.delete(held);
    },
  });
}
