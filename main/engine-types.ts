import type { EngineClient } from '../shared/contract/client.ts';
import type { ObjectDetails } from '../shared/domain/listing.ts';
import type { Verification } from '../shared/domain/transfer.ts';
import type { Result } from '../shared/result.ts';

/** Byte streams of unknown length beside the commands: `cp -`, and the web host's download through the browser. */
export interface EngineStreams {
  put(
    place: {
      readonly connectionId: string;
      readonly bucket: string;
      readonly key: string;
      readonly contentType?: string | undefined;
    },
    body: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly sizeBytes: number; readonly verification: Verification }>>;
  /** The body throws when it ends short or its checksum does not match; what was read so far must then be discarded. */
  get(
    place: { readonly connectionId: string; readonly bucket: string; readonly key: string },
    signal?: AbortSignal,
  ): Promise<Result<{ readonly details: ObjectDetails; readonly body: AsyncIterable<Uint8Array> }>>;
}

/** The engine that holds a data folder, in this process (engine.ts) or behind its local socket (main/ipc). */
export interface Engine extends EngineClient {
  /** Like `call`, for input that has not been checked: parses it with the contract first. Unknown names are InvalidInput. */
  dispatch(name: string, input: unknown): Promise<Result<unknown>>;
  readonly streams: EngineStreams;
  /** Stops taking work, brings what runs to a resumable point and closes the database. Idempotent. */
  close(): Promise<void>;
}
