import { join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * The parts of a transfer that are on the disk of the journal: what a kill cannot take away any more. Read past the
 * engine, which may be another process; what a server or a proxy has answered is not there yet. In ascending order.
 * Throws while there is no journal: to be polled.
 */
export function journaledParts(databasePath: string, target: string): number[] {
  const db = new Database(databasePath, { readonly: true, fileMustExist: true });
  try {
    return db
      .prepare(
        'SELECT part_number FROM transfer_part JOIN transfer_file ON id = file_id WHERE target = ? ORDER BY part_number',
      )
      .pluck()
      .all(target) as number[];
  } finally {
    db.close();
  }
}

export const databaseOf = (dataDir: string): string => join(dataDir, 'brigade.sqlite');
