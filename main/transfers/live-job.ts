import { posix, win32 } from 'node:path';
import type { FileId } from '../../shared/domain/ids.ts';
import type { FileView, JobState, JobView, TransferRequest } from '../../shared/domain/transfer.ts';
import { assertNever } from '../../shared/result.ts';
import { commonFolder } from './common-folder.ts';
import { otherConnectionOf } from './job-ends.ts';
import type { JobHold } from './job-holds.ts';
import type { FileRecord, JobCounts, JobRecord } from './journal.ts';
import { noQuestions, type OpenQuestions } from './open-questions.ts';
import { canRepeat } from './repeat-job.ts';
import { createSpeedMeter, secondsLeft, type SpeedMeter } from './progress.ts';

/** Why a running job was told to stop. */
export type StopReason = 'pause' | 'cancel' | 'close';

/** A job of the list with what is only in memory: progress, questions, whether it runs. */
export type LiveJob = {
  record: JobRecord;
  readonly activeFiles: Map<FileId, FileRecord>;
  /** Bytes of files that are not done, by file. */
  readonly fileBytes: Map<FileId, number>;
  questions: OpenQuestions;
  readonly meter: SpeedMeter;
  /** While it runs. */
  run: {
    readonly controller: AbortController;
    readonly ended: Promise<void>;
    stopReason: StopReason | null;
    /** Told to go on while it was being paused. */
    goesOn: boolean;
  } | null;
  /** Something was answered while it ran: it goes over its files once more. */
  again: boolean;
  hold: JobHold | null;
  /** It is being cancelled or cleared: nothing may start it any more. */
  cancelling: boolean;
};

export function liveJob(record: JobRecord): LiveJob {
  return {
    record,
    activeFiles: new Map(),
    fileBytes: new Map(),
    questions: noQuestions,
    meter: createSpeedMeter(),
    run: null,
    again: false,
    hold: null,
    cancelling: false,
  };
}

export function addCounts(record: JobRecord, delta: Partial<JobCounts>): JobRecord {
  const counts: Record<keyof JobCounts, number> = { ...record.counts };
  for (const [name, value] of Object.entries(delta)) counts[name as keyof JobCounts] += value;
  return { ...record, counts };
}

type Ends = {
  readonly from: string;
  readonly to: string;
  readonly targetPrefix?: string;
  readonly targetFolder?: string;
  readonly sourceFolder?: string;
};

/** Kept with the request: a job of a million items is shown many times a second. */
const described = new WeakMap<TransferRequest, Ends>();

/** What a person calls both ends, and where the target can be shown. Pure. */
export function describeEnds(request: TransferRequest, separator: '/' | '\\'): Ends {
  let ends = described.get(request);
  if (ends === undefined) described.set(request, (ends = endsOf(request, separator)));
  return ends;
}

function endsOf(request: TransferRequest, separator: '/' | '\\'): Ends {
  const path = separator === '/' ? posix : win32;
  const more = request.items.length - 1;
  const withMore = (name: string) => (more > 0 ? `${name} + ${more}` : name);
  // A single thing that is called otherwise there (a rename, above all) is told by its new name.
  const isRenamed = (name: string, newName: string) => more === 0 && name !== newName;
  switch (request.kind) {
    case 'upload': {
      const [first] = request.items;
      const source = first === undefined ? '' : 'file' in first ? first.file : first.folder;
      const targetPrefix = commonFolder(
        request.items.map((item) => ('file' in item ? item.key : item.prefix)),
        '/',
      );
      const named =
        first !== undefined && 'file' in first && isRenamed(path.basename(source), posix.basename(first.key));
      const to = `${request.bucket}/${named ? first.key : targetPrefix}`;
      const isFolder = first !== undefined && 'folder' in first && more === 0 && !request.fromSpool;
      const ends = { from: withMore(path.basename(source)), to, targetPrefix };
      return isFolder ? { ...ends, sourceFolder: first.folder } : ends;
    }
    case 'download': {
      const [first] = request.items;
      const source = first === undefined ? '' : 'key' in first ? first.key : first.prefix;
      const targets = request.items.map((item) => ('key' in item ? item.file : item.folder + separator));
      const folder = commonFolder(targets, separator);
      const targetFolder = folder.length > 1 ? folder.slice(0, -1) : folder;
      const named =
        first !== undefined && 'key' in first && isRenamed(posix.basename(source), path.basename(first.file));
      const to = named ? first.file : targetFolder;
      return { from: withMore(`${request.bucket}/${source}`), to, targetFolder };
    }
    case 'copy': {
      const [first] = request.items;
      const source = first === undefined ? '' : 'key' in first ? first.key : first.prefix;
      const targetPrefix = commonFolder(
        request.items.map((item) => ('key' in item ? item.toKey : item.toPrefix)),
        '/',
      );
      const named =
        first !== undefined && 'key' in first && isRenamed(posix.basename(source), posix.basename(first.toKey));
      const to = `${request.toBucket}/${named ? first.toKey : targetPrefix}`;
      return { from: withMore(`${request.bucket}/${source}`), to, targetPrefix };
    }
    default:
      return assertNever(request);
  }
}

function stateOf(job: LiveJob): JobState {
  const { state, planned } = job.record;
  if (job.hold !== null && (state === 'active' || state === 'queued')) return 'waiting';
  if (state !== 'active') return state;
  if (job.questions.count > 0) return 'waiting';
  return planned || job.record.counts.filesTotal > 0 ? 'active' : 'planning';
}

export function jobView(job: LiveJob, nowMs: number, separator: '/' | '\\'): JobView {
  const { record } = job;
  const { counts, request } = record;
  let moving = 0;
  for (const bytes of job.fileBytes.values()) moving += bytes;
  const bytesDone = Math.max(0, Math.min(counts.bytesTotal, counts.bytesEnded + moving));
  const bytesPerSecond = job.run ? job.meter.bytesPerSecond(nowMs) : 0;
  const toConnectionId = otherConnectionOf(request);
  const error = record.error ?? job.hold?.error;
  const { count: openQuestions, shown: question } = job.questions;
  return {
    id: record.id,
    kind: request.kind,
    connectionId: request.connectionId,
    connectionName: record.connectionName,
    ...(toConnectionId === null ? {} : { toConnectionId, toConnectionName: record.toConnectionName ?? toConnectionId }),
    ...describeEnds(request, separator),
    bucket: request.kind === 'copy' ? request.toBucket : request.bucket,
    state: stateOf(job),
    conflict: request.conflict,
    removeSource: request.removeSource,
    ...(request.ruleId === undefined ? {} : { ruleId: request.ruleId }),
    filesTotal: counts.filesTotal,
    filesDone: counts.filesDone,
    filesSkipped: counts.filesSkipped,
    filesFailed: counts.filesFailed,
    verified: { checksum: counts.verifiedChecksum, md5: counts.verifiedMd5, size: counts.verifiedSize },
    bytesTotal: counts.bytesTotal,
    bytesDone,
    planned: record.planned,
    bytesPerSecond,
    secondsLeft: job.run
      ? secondsLeft({
          bytesTotal: counts.bytesTotal,
          planned: record.planned,
          bytesDone,
          bytesPerSecond,
          isSteady: job.meter.isSteady(nowMs),
        })
      : null,
    priority: record.priority,
    position: record.position,
    createdMs: record.createdMs,
    endedMs: record.endedMs,
    ...(error ? { error } : {}),
    ...(job.hold?.type === 'offline' ? { retryAtMs: job.hold.retryAtMs } : {}),
    ...(question ? { question: { ...question, openQuestions } } : {}),
    canRepeat: canRepeat(request, record.state),
  };
}

export function fileView(job: LiveJob, file: FileRecord): FileView {
  const active = job.activeFiles.has(file.id);
  const cutOff = file.state === 'queued' && (file.uploadId !== null || file.tempPath !== null);
  const state = active ? 'active' : cutOff ? 'interrupted' : file.state;
  return {
    id: file.id,
    jobId: file.jobId,
    name: file.name,
    sizeBytes: file.fingerprint.sizeBytes,
    bytesDone: file.state === 'done' ? file.fingerprint.sizeBytes : Math.max(0, job.fileBytes.get(file.id) ?? 0),
    state,
    ...(file.verification && file.state === 'done' ? { verification: file.verification } : {}),
    ...(file.error && (file.state === 'failed' || file.state === 'skipped') ? { error: file.error } : {}),
    ...(file.savedAs ? { savedAs: file.savedAs } : {}),
  };
}
