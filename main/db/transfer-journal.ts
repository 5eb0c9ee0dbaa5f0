import type { Database } from 'better-sqlite3';
import type { FileId, JobId } from '../../shared/domain/ids.ts';
import type { FileState, JobState, Verification } from '../../shared/domain/transfer.ts';
import { ok, type Result } from '../../shared/result.ts';
import {
  type FilePatch,
  type JobPatch,
  type JobRecord,
  type PartRecord,
  type PlannedFile,
  stateWhenPlanned,
  type TransferJournal,
} from '../transfers/journal.ts';
import { createGroupCommit } from './group-commit.ts';
import { createStatements, placeholdersFor, type Statements } from './statements.ts';
import { createRemovedJobs } from './removed-jobs.ts';
import { createUploadTraces } from './upload-traces.ts';
import {
  type FileRow,
  fileFromRow,
  type JobRow,
  jobFromRow,
  partFromRow,
  type PartRow,
  patchColumns,
  storedStates,
} from './transfer-rows.ts';

type CountColumn =
  | 'files_total'
  | 'files_done'
  | 'files_skipped'
  | 'files_failed'
  | 'bytes_total'
  | 'bytes_ended'
  | 'verified_checksum'
  | 'verified_md5'
  | 'verified_size';
type CountDeltas = Map<CountColumn, number>;

const countsByState: Partial<Record<FileState, CountColumn>> = {
  done: 'files_done',
  skipped: 'files_skipped',
  failed: 'files_failed',
};

const countsByVerification: Record<Verification, CountColumn> = {
  checksum: 'verified_checksum',
  md5: 'verified_md5',
  size: 'verified_size',
};

/** So many files are changed within a few milliseconds. */
const filesPerTurn = 250;

/** TransferJournal in SQLite. Writes issued in one turn of the event loop share a transaction, and so one fsync. */
export function createTransferJournal(db: Database): TransferJournal {
  const commit = createGroupCommit(db, { beforeCommit: () => writeCounts(), afterFailure: () => added.clear() });
  const { sql, read } = createStatements(db, commit);

  /** What the writes of a commit add to the counts of their jobs: written once, at its end. */
  const added = new Map<string, CountDeltas>();

  function addCount(jobId: string, column: CountColumn, amount: number): void {
    let deltas = added.get(jobId);
    if (!deltas) added.set(jobId, (deltas = new Map()));
    deltas.set(column, (deltas.get(column) ?? 0) + amount);
  }

  function writeCounts(): void {
    for (const [jobId, deltas] of added) {
      const columns = [...deltas].filter(([, amount]) => amount !== 0);
      if (columns.length === 0) continue;
      const assignments = columns.map(([column]) => `${column} = ${column} + ?`).join(', ');
      sql(`UPDATE transfer_job SET ${assignments} WHERE id = ?`).run(...columns.map(([, amount]) => amount), jobId);
    }
    added.clear();
  }

  function countState(jobId: string, state: string, sign: 1 | -1, bytes: number, files = 1): void {
    const column = countsByState[state as FileState];
    if (!column) return;
    addCount(jobId, column, sign * files);
    if (state !== 'failed') addCount(jobId, 'bytes_ended', sign * bytes);
  }

  function countVerified(jobId: string, state: string, verification: string | null, sign: 1 | -1, files = 1): void {
    if (state !== 'done' || verification === null) return;
    addCount(jobId, countsByVerification[verification as Verification], sign * files);
  }

  function update(table: 'transfer_job' | 'transfer_file', id: string | number, patch: JobPatch | FilePatch): void {
    const columns = patchColumns(patch);
    if (columns.length === 0) return;
    const assignments = columns.map(([column]) => `${column} = ?`).join(', ');
    sql(`UPDATE ${table} SET ${assignments} WHERE id = ?`).run(...columns.map(([, value]) => value), id);
  }

  function patchFile(fileId: FileId, patch: FilePatch): void {
    const row = sql('SELECT job_id, state, size_bytes, verification, upload_id FROM transfer_file WHERE id = ?').get(
      fileId,
    ) as FileRow | undefined;
    if (!row) return;
    // Completed, aborted or gone.
    if (patch.uploadId === null && row.upload_id !== null)
      sql('DELETE FROM upload_trace WHERE upload_id = ?').run(row.upload_id);
    const sizeBytes = patch.fingerprint?.sizeBytes ?? row.size_bytes;
    countState(row.job_id, row.state, -1, row.size_bytes);
    countState(row.job_id, patch.state ?? row.state, 1, sizeBytes);
    countVerified(row.job_id, row.state, row.verification, -1);
    const verification = patch.verification === undefined ? row.verification : patch.verification;
    countVerified(row.job_id, patch.state ?? row.state, verification, 1);
    if (sizeBytes !== row.size_bytes) {
      sql('UPDATE transfer_file SET size_bytes = ? WHERE id = ?').run(sizeBytes, fileId);
      addCount(row.job_id, 'bytes_total', sizeBytes - row.size_bytes);
    }
    update('transfer_file', fileId, patch);
  }

  /** The next files of a job in this state; answers with the last one's id, null when none is left. */
  function patchSome(jobId: JobId, state: FileState, afterId: number, patch: FilePatch): number | null {
    const { last } = sql(
      `SELECT max(id) AS last FROM (
         SELECT id FROM transfer_file WHERE job_id = ? AND state = ? AND id > ? ORDER BY id LIMIT ${filesPerTurn})`,
    ).get(jobId, state, afterId) as { last: number | null };
    if (last === null) return null;
    const where = 'job_id = ? AND state = ? AND id > ? AND id <= ?';
    const chosen = [jobId, state, afterId, last];
    const groups = sql(
      `SELECT verification, count(*) AS files, sum(size_bytes) AS bytes FROM transfer_file WHERE ${where} GROUP BY verification`,
    ).all(...chosen) as { verification: string | null; files: number; bytes: number }[];
    for (const { verification, files, bytes } of groups) {
      countState(jobId, state, -1, bytes, files);
      countState(jobId, patch.state ?? state, 1, bytes, files);
      countVerified(jobId, state, verification, -1, files);
      countVerified(jobId, patch.state ?? state, verification, 1, files);
    }
    const columns = patchColumns(patch);
    const assignments = columns.map(([column]) => `${column} = ?`).join(', ');
    sql(`UPDATE transfer_file SET ${assignments} WHERE ${where}`).run(...columns.map(([, value]) => value), ...chosen);
    return last;
  }

  /** Null: there is no such job (any more). */
  function stateOfJob(jobId: JobId): JobState | null {
    const row = read(
      'SELECT state FROM transfer_job INDEXED BY transfer_job_by_removed WHERE removed = 0 AND id = ?',
    ).get(jobId) as { state: JobState } | undefined;
    return row?.state ?? null;
  }

  const removedJobs = createRemovedJobs(db, sql);
  removedJobs.sweep();

  /** False when it was there already. */
  function insertFile(jobId: JobId, file: PlannedFile): boolean {
    const state = stateWhenPlanned(file);
    const inserted = sql(
      `INSERT OR IGNORE INTO transfer_file (job_id, name, source, target, size_bytes, fingerprint, state, error)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      jobId,
      file.name,
      file.source,
      file.target,
      file.fingerprint.sizeBytes,
      JSON.stringify(file.fingerprint),
      state,
      file.error === null ? null : JSON.stringify(file.error),
    );
    if (inserted.changes === 0) return false;
    addCount(jobId, 'files_total', 1);
    addCount(jobId, 'bytes_total', file.fingerprint.sizeBytes);
    countState(jobId, state, 1, file.fingerprint.sizeBytes);
    return true;
  }

  return {
    ...createUploadTraces(commit, sql),
    jobs: () =>
      (read('SELECT * FROM transfer_job WHERE removed = 0 ORDER BY created_ms, id').all() as JobRow[]).map(jobFromRow),
    job(jobId) {
      const row = read('SELECT * FROM transfer_job WHERE removed = 0 AND id = ?').get(jobId) as JobRow | undefined;
      return row ? jobFromRow(row) : null;
    },
    file(fileId) {
      const row = read('SELECT * FROM transfer_file WHERE id = ?').get(fileId) as FileRow | undefined;
      const job = row ? stateOfJob(row.job_id as JobId) : null;
      return row && job ? fileFromRow(row, job) : null;
    },
    files(jobId, { states: seen, withReason, from, count }) {
      const job = stateOfJob(jobId);
      if (job === null) return { files: [], total: 0 };
      const states = seen && storedStates(seen, job);
      const inStates = states ? ` AND state IN (${placeholdersFor(states)})` : '';
      const where = `job_id = ?${inStates}${withReason === true ? ' AND error IS NOT NULL' : ''}`;
      const values = [jobId, ...(states ?? [])];
      const rows = read(`SELECT * FROM transfer_file WHERE ${where} ORDER BY id LIMIT ? OFFSET ?`).all(
        ...values,
        count,
        from,
      );
      const { total } = sql(`SELECT count(*) AS total FROM transfer_file WHERE ${where}`).get(...values) as {
        total: number;
      };
      return { files: (rows as FileRow[]).map((row) => fileFromRow(row, job)), total };
    },
    filesAfter(jobId, seen, afterId, limit) {
      const job = stateOfJob(jobId);
      if (job === null) return [];
      const states = storedStates(seen, job);
      const rows = read(
        `SELECT * FROM transfer_file WHERE job_id = ? AND state IN (${placeholdersFor(states)}) AND id > ? ORDER BY id LIMIT ?`,
      ).all(jobId, ...states, afterId, limit);
      return (rows as FileRow[]).map((row) => fileFromRow(row, job));
    },
    filesWithLeftovers(jobId, afterId, limit) {
      const job = stateOfJob(jobId);
      if (job === null) return [];
      const rows = read(
        `SELECT * FROM transfer_file INDEXED BY transfer_file_with_leftovers
         WHERE job_id = ? AND (temp_path IS NOT NULL OR upload_id IS NOT NULL) AND state NOT IN ('done', 'skipped') AND id > ?
         ORDER BY id LIMIT ?`,
      ).all(jobId, afterId, limit);
      return (rows as FileRow[]).map((row) => fileFromRow(row, job));
    },
    parts(fileId) {
      const rows = read('SELECT * FROM transfer_part WHERE file_id = ? ORDER BY part_number').all(fileId);
      return (rows as PartRow[]).map(partFromRow);
    },
    bytesInParts(jobId) {
      const rows = read(
        `SELECT file_id AS fileId, sum(transfer_part.size_bytes) AS bytes
         FROM transfer_file INDEXED BY transfer_file_with_leftovers JOIN transfer_part ON file_id = transfer_file.id
         WHERE job_id = ? AND (temp_path IS NOT NULL OR upload_id IS NOT NULL) AND state IN ('queued', 'waiting')
         GROUP BY file_id`,
      ).all(jobId) as { fileId: FileId; bytes: number }[];
      return new Map(rows.map(({ fileId, bytes }) => [fileId, bytes]));
    },
    sourceOfTarget(jobId, target) {
      // Asked for each file as it starts: committing what waits would cost the groups their size.
      const row = sql('SELECT source FROM transfer_file WHERE job_id = ? AND target = ? ORDER BY id LIMIT 1').get(
        jobId,
        target,
      );
      return (row as { source: string } | undefined)?.source ?? null;
    },
    sourcesOfTargets(jobId, targets) {
      const rows = sql(
        `SELECT target, source FROM transfer_file WHERE id IN (
           SELECT min(id) FROM transfer_file
           WHERE job_id = ? AND target IN (SELECT value FROM json_each(?)) GROUP BY target)`,
      ).all(jobId, JSON.stringify(targets)) as { target: string; source: string }[];
      return new Map(rows.map(({ target, source }) => [target, source]));
    },

    createJob: (job) => commit.write(() => insertJob(sql, job)),
    updateJob: (jobId, patch) => commit.write(() => update('transfer_job', jobId, patch)),
    async removeJob(jobId) {
      const removed = await commit.write(() => sql('UPDATE transfer_job SET removed = 1 WHERE id = ?').run(jobId));
      removedJobs.sweep();
      return removed;
    },
    async addFiles(jobId, files): Promise<Result<readonly PlannedFile[]>> {
      if (files.length === 0) return ok([]);
      let added: readonly PlannedFile[] = [];
      const saved = await commit.write(() => {
        added = files.filter((file) => insertFile(jobId, file));
      });
      return saved.ok ? ok(added) : saved;
    },
    updateFile: (fileId, patch) => commit.write(() => patchFile(fileId, patch)),
    async updateFiles(jobId, states, patch) {
      for (const state of states) {
        const reached: { id: number | null } = { id: -1 };
        while (reached.id !== null) {
          const afterId = reached.id;
          const saved = await commit.write(() => {
            reached.id = patchSome(jobId, state, afterId, patch);
          });
          if (!saved.ok) return saved;
        }
      }
      return ok();
    },
    savePart: (fileId, part: PartRecord) =>
      commit.write(() =>
        sql(
          'INSERT OR REPLACE INTO transfer_part (file_id, part_number, size_bytes, etag, digests) VALUES (?, ?, ?, ?, ?)',
        ).run(fileId, part.partNumber, part.sizeBytes, part.etag, JSON.stringify(part.digests)),
      ),
    clearParts: (fileId) => commit.write(() => sql('DELETE FROM transfer_part WHERE file_id = ?').run(fileId)),
  };
}

function insertJob(sql: Statements['sql'], job: JobRecord): void {
  sql(
    `INSERT INTO transfer_job (id, request, connection_name, to_connection_name, endpoint_url, region, state, planned, priority, position, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    job.id,
    JSON.stringify(job.request),
    job.connectionName,
    job.toConnectionName,
    job.endpointUrl,
    job.region,
    job.state,
    job.planned ? 1 : 0,
    job.priority,
    job.position,
    job.createdMs,
  );
}
