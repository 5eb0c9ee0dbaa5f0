import type { AppError } from '../../shared/errors.ts';
import type { FileId, JobId } from '../../shared/domain/ids.ts';
import type {
  ConflictAnswer,
  FileState,
  JobPriority,
  JobState,
  TransferRequest,
  Verification,
} from '../../shared/domain/transfer.ts';
import type { Result } from '../../shared/result.ts';
import type { UploadTraces } from './upload-traces.ts';

export type JobCounts = {
  readonly filesTotal: number;
  readonly filesDone: number;
  readonly filesSkipped: number;
  readonly filesFailed: number;
  readonly bytesTotal: number;
  /** Of files that are done or skipped. */
  readonly bytesEnded: number;
  /** Of files that are done, by how they were verified. */
  readonly verifiedChecksum: number;
  readonly verifiedMd5: number;
  readonly verifiedSize: number;
};

export const noCounts: JobCounts = {
  filesTotal: 0,
  filesDone: 0,
  filesSkipped: 0,
  filesFailed: 0,
  bytesTotal: 0,
  bytesEnded: 0,
  verifiedChecksum: 0,
  verifiedMd5: 0,
  verifiedSize: 0,
};

/** Which count a file that is done belongs to. */
export const countOfVerification = {
  checksum: 'verifiedChecksum',
  md5: 'verifiedMd5',
  size: 'verifiedSize',
} as const satisfies Record<Verification, keyof JobCounts>;

export type JobRecord = {
  readonly id: JobId;
  readonly request: TransferRequest;
  readonly connectionName: string;
  /** Of copies to another connection. */
  readonly toConnectionName: string | null;
  /** Enough to know the server again; never secrets. */
  readonly endpointUrl: string | null;
  readonly region: string | null;
  readonly state: JobState;
  /** All sources have been listed. */
  readonly planned: boolean;
  /** An answer that holds for every further conflict of the job. */
  readonly answerForAll: ConflictAnswer | null;
  readonly error: AppError | null;
  /** Jobs that have not ended go by priority, then by ascending position ([T45]). */
  readonly priority: JobPriority;
  readonly position: number;
  readonly createdMs: number;
  readonly endedMs: number | null;
  readonly counts: JobCounts;
};

/** What a source looked like when it was planned: local files by size, time and inode, objects by size and ETag. */
export type Fingerprint =
  | {
      readonly type: 'local';
      readonly sizeBytes: number;
      readonly modifiedMs: number;
      readonly inode: number;
      /** For the object's metadata, not to be compared. See FileInfo; left out: not known. */
      readonly modifiedNanos?: number;
      readonly mode?: number;
    }
  | {
      readonly type: 'object';
      readonly sizeBytes: number;
      readonly etag: string | null;
      /** For people, and to tell a source from its copy; what has changed is told by the ETag. Left out: not known. */
      readonly modifiedMs?: number | null;
      /** This version is meant and no other ([T68]). */
      readonly isPinned?: true;
      /** Of an older version than the newest. */
      readonly pinnedVersionId?: string;
    };

export type PlannedFile = {
  /** Relative to the job's source, for people. */
  readonly name: string;
  /** Local path or key. Unique within the job together with the target. */
  readonly source: string;
  /** Key or local path. Of several files of the job with the same one, only the first is transferred ([T53]). */
  readonly target: string;
  readonly fingerprint: Fingerprint;
  /** A source that cannot be transferred at all (symlink loop, no permission) is planned as failed, so that it is named. */
  readonly error: AppError | null;
  /** Left out on purpose, for the reason that `error` says ([T72]): skipped, not failed. */
  readonly isLeftOut?: boolean;
};

/** Pure. */
export function stateWhenPlanned({ error, isLeftOut }: PlannedFile): 'queued' | 'failed' | 'skipped' {
  if (error === null) return 'queued';
  return isLeftOut === true ? 'skipped' : 'failed';
}

export type FileRecord = PlannedFile & {
  readonly id: FileId;
  readonly jobId: JobId;
  readonly state: FileState;
  readonly answer: ConflictAnswer | null;
  /** Of the multipart upload under way. */
  readonly uploadId: string | null;
  readonly keepsChecksum: boolean;
  /** Size of each part but the last; null until the first part was planned. */
  readonly partBytes: number | null;
  /** The temporary file of a download under way. */
  readonly tempPath: string | null;
  readonly verification: Verification | null;
  /** Where it went instead of `target` (keep-both). */
  readonly savedAs: string | null;
  /**
   * A whole object was sent, or its copy asked for, that must not replace anything, and what became of that is not known: what
   * is in the way may be this file's own ([T6]).
   */
  readonly writeBegun: boolean;
  /** What it asked about, when it waited last. */
  readonly inTheWay: { readonly sizeBytes: number; readonly modifiedMs: number | null } | null;
};

export type FilePatch = Partial<
  Pick<
    FileRecord,
    | 'fingerprint'
    | 'state'
    | 'answer'
    | 'uploadId'
    | 'keepsChecksum'
    | 'partBytes'
    | 'tempPath'
    | 'verification'
    | 'savedAs'
    | 'writeBegun'
    | 'inTheWay'
    | 'error'
  >
>;

export type JobPatch = Partial<
  Pick<JobRecord, 'state' | 'planned' | 'answerForAll' | 'error' | 'endedMs' | 'priority' | 'position'>
>;

/** A finished part: `digests` by algorithm, base64 (md5 of uploads too), of the bytes that moved. */
export type PartRecord = {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly etag: string | null;
  readonly digests: Readonly<Record<string, string>>;
};

/**
 * The memory of transfers: intent, upload ids and finished parts, never progress. Reads see every write issued before
 * them. A write's promise resolves when it has reached the disk; writes issued together are committed together, in
 * order. Failures (DiskFull, DatabaseLocked …) are values; then none of the commit's writes happened. A job may have a
 * million files: nothing here takes a turn of the event loop that grows with them.
 *
 * Files that are queued or waiting are `cancelled` as soon as their job is, which is one commit however many they are.
 */
export interface TransferJournal extends UploadTraces {
  jobs(): readonly JobRecord[];
  job(jobId: JobId): JobRecord | null;
  file(fileId: FileId): FileRecord | null;
  files(
    jobId: JobId,
    query: {
      readonly states?: readonly FileState[] | undefined;
      /** Only files with an error. */
      readonly withReason?: boolean | undefined;
      readonly from: number;
      readonly count: number;
    },
  ): { readonly files: readonly FileRecord[]; readonly total: number };
  /** Files in these states with an id above `afterId`, ascending. */
  filesAfter(jobId: JobId, states: readonly FileState[], afterId: number, limit: number): readonly FileRecord[];
  parts(fileId: FileId): readonly PartRecord[];
  /** Files that are neither done nor skipped and have a temporary file or an upload; else as filesAfter. */
  filesWithLeftovers(jobId: JobId, afterId: number, limit: number): readonly FileRecord[];
  /** Bytes of the parts that files still to be moved have, by file. */
  bytesInParts(jobId: JobId): ReadonlyMap<FileId, number>;
  /** The source that took this target first in this job, or null when the target is free. Sees what addFiles has answered for. */
  sourceOfTarget(jobId: JobId, target: string): string | null;
  /** The same for many at once; targets that are free are left out. */
  sourcesOfTargets(jobId: JobId, targets: readonly string[]): ReadonlyMap<string, string>;

  createJob(job: JobRecord): Promise<Result<void>>;
  updateJob(jobId: JobId, patch: JobPatch): Promise<Result<void>>;
  /** With its files and parts: they are not seen any more from the commit on, and are gone a little later. */
  removeJob(jobId: JobId): Promise<Result<void>>;
  /**
   * Files planned before (same source and target) are left as they are: planning may be repeated after a crash. Answers
   * with those that were new.
   */
  addFiles(jobId: JobId, files: readonly PlannedFile[]): Promise<Result<readonly PlannedFile[]>>;
  /** Keeps the job's counts in step in the same commit. */
  updateFile(fileId: FileId, patch: FilePatch): Promise<Result<void>>;
  /**
   * Every file of the job in one of these states, in several commits with turns of the event loop between: after a
   * failure or a crash some are as they were. Idempotent: nothing may depend on all or none.
   */
  updateFiles(
    jobId: JobId,
    states: readonly FileState[],
    patch: Pick<FilePatch, 'state' | 'error'>,
  ): Promise<Result<void>>;
  savePart(fileId: FileId, part: PartRecord): Promise<Result<void>>;
  clearParts(fileId: FileId): Promise<Result<void>>;
}
