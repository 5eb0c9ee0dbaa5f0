import { join } from 'node:path';
import Database from 'better-sqlite3';

function reading<T>(databasePath: string, read: (db: Database.Database) => T): T {
  const db = new Database(databasePath, { readonly: true, fileMustExist: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/**
 * The parts of a transfer that are on the disk of the journal: what a kill cannot take away any more. Read past the
 * engine, which may be another process; what a server or a proxy has answered is not there yet. In ascending order.
 * Throws while there is no journal: to be polled.
 */
export function journaledParts(databasePath: string, target: string): number[] {
  return reading(
    databasePath,
    (db) =>
      db
        .prepare(
          'SELECT part_number FROM transfer_part JOIN transfer_file ON id = file_id WHERE target = ? ORDER BY part_number',
        )
        .pluck()
        .all(target) as number[],
  );
}

export type JournaledFile = {
  readonly jobId: string;
  readonly jobState: string;
  readonly target: string;
  readonly state: string;
  readonly uploadId: string | null;
  readonly tempPath: string | null;
  readonly verification: string | null;
};

/** What the journal says of all files, past the engine like `journaledParts`. Throws while there is no journal. */
export function journaledFiles(databasePath: string): JournaledFile[] {
  return reading(
    databasePath,
    (db) =>
      db
        .prepare(
          `SELECT job_id AS jobId, job.state AS jobState, coalesce(saved_as, target) AS target, file.state AS state,
             upload_id AS uploadId, temp_path AS tempPath, verification
           FROM transfer_file AS file JOIN transfer_job AS job ON job.id = job_id`,
        )
        .all() as JournaledFile[],
  );
}

export const databaseOf = (dataDir: string): string => join(dataDir, 'brigade.sqlite');
