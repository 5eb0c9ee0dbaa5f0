import type { Result } from '../../../shared/result.ts';
import type { SharedRates } from '../../s3/data-plane/rate-limit.ts';
import type { TempCommit } from '../files/commit-many.ts';
import type { LinkPolicy } from '../files/read-folder.ts';
import type {
  DataTarget,
  FileRange,
  RangeDigest,
  ReceiveRange,
  RelayRange,
  SendRange,
} from '../../s3/data-plane/transport.ts';

/**
 * Messages between the engine's thread and its transfer threads. Both sides gather what one turn of their event loop
 * brings: waking a thread costs more than what a small file's message says. A thread only ever moves or digests a range.
 */
export type WorkerTask =
  | { readonly op: 'send'; readonly range: Posted<SendRange> }
  | { readonly op: 'receive'; readonly range: Posted<ReceiveRange> }
  | { readonly op: 'relay'; readonly range: Omit<RelayRange, 'from' | 'to'> & PostedEnds }
  | { readonly op: 'digest'; readonly range: FileRange; readonly digests: readonly RangeDigest[] }
  | { readonly op: 'readFolder'; readonly path: string }
  | { readonly op: 'statMany'; readonly folder: string; readonly names: readonly string[]; readonly links: LinkPolicy }
  | { readonly op: 'commitMany'; readonly files: readonly TempCommit[] };

/** A target goes to a thread once; then by the number it was given. */
export type Posted<T extends { readonly target: DataTarget }> = Omit<T, 'target'> & { readonly target: number };
type PostedEnds = {
  readonly from: Posted<RelayRange['from']>;
  readonly to: Posted<RelayRange['to']>;
};

export type ToWorker = {
  readonly targets: readonly (readonly [number: number, target: DataTarget])[];
  /** Targets that nothing will name any more. */
  readonly forget: readonly number[];
  readonly tasks: readonly (readonly [id: number, task: WorkerTask])[];
  readonly aborts: readonly number[];
};

export type FromWorker = {
  /** Bytes moved since the last message, for each task that moved any. Come before the results. */
  readonly bytes: readonly (readonly [id: number, bytes: number])[];
  readonly results: readonly (readonly [id: number, result: Result<unknown>])[];
};

export type WorkerSettings = {
  readonly stallMs: number;
  /** What the limits have granted, shared by all threads: a change needs no message. Left out: no limits. */
  readonly rates?: SharedRates | undefined;
  /** Memory a thread keeps for its next ranges, for ten seconds at most. Left out: 64 MiB. */
  readonly idleBytes?: number | undefined;
};
