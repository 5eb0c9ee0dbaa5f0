import type { Result } from '../../../shared/result.ts';
import type { FileRange, RangeDigest, ReceiveRange, RelayRange, SendRange } from '../../s3/data-plane/transport.ts';

/** Messages between the engine's thread and its transfer threads. A thread only ever moves or digests one range. */
export type WorkerTask =
  | { readonly op: 'send'; readonly range: SendRange }
  | { readonly op: 'receive'; readonly range: ReceiveRange }
  | { readonly op: 'relay'; readonly range: RelayRange }
  | { readonly op: 'digest'; readonly range: FileRange; readonly digests: readonly RangeDigest[] };

export type ToWorker =
  | { readonly id: number; readonly task: WorkerTask }
  | { readonly id: number; readonly abort: true };

export type FromWorker =
  | { readonly id: number; readonly result: Result<unknown> }
  /** Bytes moved since the last message, for each task that moved any. */
  | { readonly bytes: readonly (readonly [id: number, bytes: number])[] };

export type WorkerSettings = { readonly stallMs: number };
