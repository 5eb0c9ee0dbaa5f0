import type { Database, Statement } from 'better-sqlite3';
import { mapDatabaseError } from './database-error.ts';

/** So many rows are gone within a few milliseconds. */
const rowsPerTurn = 150;
const someFiles = `SELECT id FROM transfer_file WHERE job_id = ? ORDER BY state, id LIMIT ${rowsPerTurn}`;

/**
 * Takes the rows of removed jobs away, some in each turn of the event loop. What a crash, a full disk or the end of the
 * engine leaves goes the next time that `sweep` is called, at the latest at the next start. Idempotent.
 */
export function createRemovedJobs(db: Database, sql: (text: string) => Statement): { sweep(): void } {
  let sweeping = false;

  /** False: nothing is left. */
  function removeSome(): boolean {
    const job = sql('SELECT id FROM transfer_job INDEXED BY transfer_job_by_removed WHERE removed = 1 LIMIT 1').get() as
      | { id: string }
      | undefined;
    if (job === undefined) return false;
    // Before their files: a file of 10,000 parts would take them along, all in one turn.
    const parts = sql(
      `DELETE FROM transfer_part WHERE (file_id, part_number) IN (
         SELECT file_id, part_number FROM transfer_part WHERE file_id IN (${someFiles}) LIMIT ${rowsPerTurn})`,
    ).run(job.id);
    if (parts.changes === rowsPerTurn) return true;
    const files = sql(`DELETE FROM transfer_file WHERE id IN (${someFiles})`).run(job.id);
    if (files.changes < rowsPerTurn) sql('DELETE FROM transfer_job WHERE id = ?').run(job.id);
    return true;
  }

  function turn(): void {
    // The engine has ended in between.
    if (!db.open) return;
    sweeping = false;
    const synchronous = String(db.pragma('synchronous', { simple: true }));
    try {
      // What a power cut brings back goes again: no turn waits for the disk.
      db.pragma('synchronous = NORMAL');
      if (!db.transaction(removeSome).immediate()) return;
    } catch (error) {
      // Throws what is a bug. All else passes, and nobody waits for this.
      mapDatabaseError(error, db.name);
      return;
    } finally {
      db.pragma(`synchronous = ${synchronous}`);
    }
    sweeping = true;
    setImmediate(turn);
  }

  return {
    sweep() {
      if (sweeping) return;
      sweeping = true;
      setImmediate(turn);
    },
  };
}
