import type { Clock, Random } from '../../shared/domain/clock.ts';
import type { ConflictAnswer, ConflictQuestion, TransferRequest, Verification } from '../../shared/domain/transfer.ts';
import type { AppError } from '../../shared/errors.ts';
import type { FileId, JobId } from '../../shared/domain/ids.ts';
import type { RangeTransport } from '../s3/data-plane/transport.ts';
import type { OpenConnection } from '../s3/open-connection.ts';
import type { FileRecord, TransferJournal } from './journal.ts';
import type { PathRules } from '../../shared/domain/key-path.ts';
import type { MadeFolders } from './made-folders.ts';
import type { LocalFiles } from './files/local-files.ts';
import type { PartSizes } from './part-plan.ts';
import type { RequestGate } from './request-gate.ts';
import type { RetryPolicy } from './retry.ts';

/** Everything outside that transfers touch; the tests bring their own of each. */
export type TransferPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: LocalFiles;
  readonly journal: TransferJournal;
  readonly transport: RangeTransport;
  readonly pathRules: PathRules;
  readonly retryPolicy: RetryPolicy;
  readonly gate: RequestGate;
  readonly partSizes: PartSizes;
};

/**
 * What was learned about a server, for as long as the engine runs. checksums: whether it keeps the CRC32 it is sent;
 * `rejected`: it refuses the header. conditions: whether it knows If-None-Match on writes.
 */
export type ServerFacts = {
  checksums: 'unknown' | 'kept' | 'notKept' | 'rejected';
  conditions: 'unknown' | 'rejected';
};

/** One job while it runs. */
export type RunningJob = {
  readonly id: JobId;
  readonly request: TransferRequest;
  readonly ports: TransferPorts;
  /** Of the request: where a copy and a download are read. */
  readonly connection: OpenConnection;
  /** Where objects are written: the same, but for copies to another connection. */
  readonly target: { readonly connection: OpenConnection; readonly facts: ServerFacts };
  /** See JobEnds. */
  readonly relays: boolean;
  readonly oneServer: boolean;
  /** Where downloads go. */
  readonly folders: MadeFolders;
  /** Requests in flight at most. */
  readonly maxInFlight: number;
  /** Pause, cancel or the end of the engine; which of them is decided by who aborts. */
  readonly signal: AbortSignal;
  /**
   * `signal`, a grace period later: for requests that change something at once, whose outcome is better known than cut off
   * ([T61]).
   */
  readonly graceSignal: AbortSignal;
  answerForAll(): ConflictAnswer | null;
  /** Bytes of this file that moved (negative: a part failed and will be sent again). */
  addBytes(fileId: FileId, bytes: number): void;
  /** Bytes of parts that had moved before: progress, but not speed. */
  addResumedBytes(fileId: FileId, bytes: number): void;
  /** The file is taken from its start again, or from the parts it has. */
  resetBytes(fileId: FileId): void;
};

/** As whoever starts it describes it. */
export type AskedJob = Omit<RunningJob, 'graceSignal'>;

/**
 * What became of one file. `skipped`, with a verification: its target is proven to have the same content ([T69]). `stopped`: the signal came; the file resumes later from the parts it has.
 */
export type FileOutcome =
  | { readonly type: 'done'; readonly verification: Verification }
  | { readonly type: 'skipped'; readonly verification?: Verification }
  | { readonly type: 'failed'; readonly error: AppError }
  | { readonly type: 'waiting'; readonly question: Omit<ConflictQuestion, 'openQuestions'> }
  | { readonly type: 'stopped' };

export const stopped: FileOutcome = { type: 'stopped' };

export function failed(error: AppError): FileOutcome {
  return { type: 'failed', error };
}

/** How conflicts of this file are settled: its own answer, else the answer for all, else the job's policy. */
export function conflictPolicyOf(job: RunningJob, file: FileRecord) {
  return file.answer ?? job.answerForAll() ?? job.request.conflict;
}
