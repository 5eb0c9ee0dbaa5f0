import type { EngineClient } from '../shared/contract/client.ts';
import type { AuditActor } from '../shared/domain/audit.ts';
import type { ObjectDetails } from '../shared/domain/listing.ts';
import type { Verification } from '../shared/domain/transfer.ts';
import type { Result } from '../shared/result.ts';

/** One answer with bytes of a preview. */
export type PreviewStream = {
  /** One of a few that windows may show (main/preview/preview-kind.ts), whatever the object says. */
  readonly contentType: string;
  /** Of the whole. */
  readonly sizeBytes: number;
  /** First and last byte of those in `body`, both included; null: all of them. */
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly body: AsyncIterable<Uint8Array>;
};

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
  /**
   * Everything below a prefix, as lines of JSON (shared/domain/listing.ts ObjectRow), as `brigade ls -r --json` prints them.
   * Chunks are whole lines, and good until the next one is asked for. The body throws when the listing fails on the way: what was read so far is good, but not all.
   */
  list(
    place: { readonly connectionId: string; readonly bucket: string; readonly prefix: string },
    signal?: AbortSignal,
  ): Promise<Result<{ readonly body: AsyncIterable<Uint8Array> }>>;
  /**
   * Bytes of an open preview, all of them or those a Range header asks for. PreviewNotFound once it is closed, InvalidRange
   * (with `sizeBytes`) beyond the end, PreconditionFailed or SourceChanged when it is another object or file by now.
   */
  preview(
    asked: { readonly previewId: string; readonly range: string | null },
    signal?: AbortSignal,
  ): Promise<Result<PreviewStream>>;
}

/** The engine that holds a data folder, in this process (engine.ts) or behind its local socket (main/ipc). */
export interface Engine extends EngineClient {
  /**
   * Like `call`, for input that has not been checked: parses it with the contract first. Unknown names are InvalidInput.
   * `asker`: who the audit log says it was; left out: whoever is usual for the engine's host.
   */
  dispatch(name: string, input: unknown, asker?: AuditActor): Promise<Result<unknown>>;
  readonly streams: EngineStreams;
  /** Stops taking work, brings what runs to a resumable point, gives changes of objects some seconds to end, and closes the database. Idempotent. */
  close(): Promise<void>;
}
