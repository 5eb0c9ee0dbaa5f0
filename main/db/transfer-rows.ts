import { type AppError, appErrorSchema } from '../../shared/errors.ts';
import { type FileId, type JobId, jobIdSchema } from '../../shared/domain/ids.ts';
import {
  conflictAnswerSchema,
  type FileState,
  type JobState,
  jobPrioritySchema,
  jobStateSchema,
  transferRequestSchema,
  verificationSchema,
} from '../../shared/domain/transfer.ts';
import type { FilePatch, FileRecord, Fingerprint, JobPatch, JobRecord, PartRecord } from '../transfers/journal.ts';

export type JobRow = {
  id: string;
  request: string;
  connection_name: string;
  to_connection_name: string | null;
  endpoint_url: string | null;
  region: string | null;
  state: string;
  planned: number;
  answer_for_all: string | null;
  error: string | null;
  created_ms: number;
  ended_ms: number | null;
  files_total: number;
  files_done: number;
  files_skipped: number;
  files_failed: number;
  bytes_total: number;
  bytes_ended: number;
  verified_checksum: number;
  verified_md5: number;
  verified_size: number;
  priority: string;
  position: number;
};

export type FileRow = {
  id: number;
  job_id: string;
  name: string;
  source: string;
  target: string;
  size_bytes: number;
  fingerprint: string;
  state: string;
  answer: string | null;
  upload_id: string | null;
  keeps_checksum: number;
  part_bytes: number | null;
  temp_path: string | null;
  verification: string | null;
  error: string | null;
  saved_as: string | null;
  write_begun: number;
  in_the_way: string | null;
};

export type PartRow = { part_number: number; size_bytes: number; etag: string | null; digests: string };

const parseError = (text: string | null): AppError | null =>
  text === null ? null : appErrorSchema.parse(JSON.parse(text));

export function jobFromRow(row: JobRow): JobRecord {
  return {
    id: jobIdSchema.parse(row.id),
    request: transferRequestSchema.parse(JSON.parse(row.request)),
    connectionName: row.connection_name,
    toConnectionName: row.to_connection_name,
    endpointUrl: row.endpoint_url,
    region: row.region,
    state: jobStateSchema.parse(row.state),
    planned: row.planned === 1,
    answerForAll: row.answer_for_all === null ? null : conflictAnswerSchema.parse(row.answer_for_all),
    error: parseError(row.error),
    priority: jobPrioritySchema.parse(row.priority),
    position: row.position,
    createdMs: row.created_ms,
    endedMs: row.ended_ms,
    counts: {
      filesTotal: row.files_total,
      filesDone: row.files_done,
      filesSkipped: row.files_skipped,
      filesFailed: row.files_failed,
      bytesTotal: row.bytes_total,
      bytesEnded: row.bytes_ended,
      verifiedChecksum: row.verified_checksum,
      verifiedMd5: row.verified_md5,
      verifiedSize: row.verified_size,
    },
  };
}

/** Files that a cancelled job had still to move are cancelled with it: see TransferJournal. */
const cancelledWithJob: readonly FileState[] = ['queued', 'waiting'];

/** The states in the rows of a job's files that these states are seen as. Pure. */
export function storedStates(states: readonly FileState[], job: JobState): FileState[] {
  if (job !== 'cancelled') return [...states];
  const own = states.filter((state) => !cancelledWithJob.includes(state));
  return states.includes('cancelled') ? [...own, ...cancelledWithJob] : own;
}

export function fileFromRow(row: FileRow, job: JobState): FileRecord {
  const state = row.state as FileState;
  // Written by this program only, and on the path of every file: not checked again.
  return {
    id: row.id as FileId,
    jobId: row.job_id as JobId,
    name: row.name,
    source: row.source,
    target: row.target,
    fingerprint: JSON.parse(row.fingerprint) as Fingerprint,
    state: job === 'cancelled' && cancelledWithJob.includes(state) ? 'cancelled' : state,
    answer: row.answer === null ? null : conflictAnswerSchema.parse(row.answer),
    uploadId: row.upload_id,
    keepsChecksum: row.keeps_checksum === 1,
    partBytes: row.part_bytes,
    tempPath: row.temp_path,
    verification: row.verification === null ? null : verificationSchema.parse(row.verification),
    error: parseError(row.error),
    savedAs: row.saved_as,
    writeBegun: row.write_begun === 1,
    inTheWay: row.in_the_way === null ? null : (JSON.parse(row.in_the_way) as FileRecord['inTheWay']),
  };
}

export function partFromRow(row: PartRow): PartRecord {
  return {
    partNumber: row.part_number,
    sizeBytes: row.size_bytes,
    etag: row.etag,
    digests: JSON.parse(row.digests) as Record<string, string>,
  };
}

type Column = readonly [column: string, value: string | number | null];

const columnNames: Record<keyof JobPatch | keyof FilePatch, string> = {
  state: 'state',
  planned: 'planned',
  answerForAll: 'answer_for_all',
  error: 'error',
  endedMs: 'ended_ms',
  priority: 'priority',
  position: 'position',
  fingerprint: 'fingerprint',
  answer: 'answer',
  uploadId: 'upload_id',
  keepsChecksum: 'keeps_checksum',
  partBytes: 'part_bytes',
  tempPath: 'temp_path',
  verification: 'verification',
  savedAs: 'saved_as',
  writeBegun: 'write_begun',
  inTheWay: 'in_the_way',
};

/** The columns a patch sets, in its order. */
export function patchColumns(patch: JobPatch | FilePatch): Column[] {
  const columns: Column[] = [];
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const stored =
      value === null || typeof value === 'string' || typeof value === 'number'
        ? value
        : typeof value === 'boolean'
          ? Number(value)
          : JSON.stringify(value);
    columns.push([columnNames[name as keyof typeof columnNames], stored]);
  }
  return columns;
}
