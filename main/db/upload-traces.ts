import type { Statement } from 'better-sqlite3';
import type { UploadTrace, UploadTraces } from '../transfers/upload-traces.ts';
import type { GroupCommit } from './group-commit.ts';

type TraceRow = {
  server: string;
  connection_id: string;
  bucket: string;
  object_key: string;
  upload_id: string;
  started_ms: number;
  orphaned: number;
};

/** UploadTraces in SQLite, in the journal's commits. */
export function createUploadTraces(commit: GroupCommit, sql: (text: string) => Statement): UploadTraces {
  return {
    rememberUpload: (trace) =>
      commit.write(() =>
        sql(
          `INSERT OR REPLACE INTO upload_trace (server, bucket, object_key, upload_id, connection_id, started_ms)
           VALUES (?, ?, ?, ?, ?, ?)`,
        ).run(trace.server, trace.bucket, trace.key, trace.uploadId, trace.connectionId, trace.startedMs),
      ),
    forgetUpload: ({ server, bucket, key, uploadId }: UploadTrace) =>
      commit.write(() =>
        sql('DELETE FROM upload_trace WHERE server = ? AND bucket = ? AND object_key = ? AND upload_id = ?').run(
          server,
          bucket,
          key,
          uploadId,
        ),
      ),
    uploadTraces() {
      commit.flush();
      const rows = sql(
        `SELECT *, NOT EXISTS (
           SELECT 1 FROM transfer_file JOIN transfer_job INDEXED BY transfer_job_by_removed
             ON removed = 0 AND transfer_job.id = job_id
           WHERE transfer_file.upload_id = upload_trace.upload_id AND transfer_job.state <> 'cancelled'
         ) AS orphaned
         FROM upload_trace ORDER BY started_ms, upload_id`,
      ).all() as TraceRow[];
      return rows.map((row) => ({
        server: row.server,
        connectionId: row.connection_id,
        bucket: row.bucket,
        key: row.object_key,
        uploadId: row.upload_id,
        startedMs: row.started_ms,
        orphaned: row.orphaned === 1,
      }));
    },
  };
}
