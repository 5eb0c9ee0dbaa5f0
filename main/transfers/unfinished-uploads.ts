import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { connectionIdSchema } from '../../shared/domain/ids.ts';
import type { UnfinishedUpload, UploadPlace } from '../../shared/domain/unfinished-upload.ts';
import { type AppError, appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { inLanes } from '../in-lanes.ts';
import { type ConnectionOpener, type OpenConnection, serverAddress } from '../s3/open-connection.ts';
import { isSameUpload, traceId, traceOf, type UploadTrace, type UploadTraces } from './upload-traces.ts';

/** Of uploads that nobody goes on with: which there are, how big they are, and their end ([T46]). */
export interface UnfinishedUploadService {
  /**
   * All that is under way below the prefix of a bucket, ours first, then the oldest first. `incomplete` says why those of
   * other programs could not be listed; ours are told all the same.
   */
  inBucket(place: {
    readonly connectionId: string;
    readonly bucket: string;
    readonly prefix: string;
  }): Promise<Result<UploadList>>;
  /** All orphans of ours that some connection leads to, as they were noted: no server is asked. */
  orphans(): readonly UnfinishedUpload[];
  /** What its parts take up. NoSuchUpload: it is gone, and forgotten. */
  size(place: UploadPlace): Promise<Result<{ readonly sizeBytes: number; readonly parts: number }>>;
  /** Aborts orphans of ours; anything else is refused with UploadNotOurs. Each failure is named. Idempotent. */
  clean(places: readonly UploadPlace[]): Promise<{ readonly cleaned: number; readonly failed: readonly FailedClean[] }>;
  /** Orphans of ours that are there, as far as it has been looked. Comes as `transfers.orphans` when it changes. */
  orphanCount(): number;
  /** A connection works: whether its orphans are still there is looked at a little later, a few requests at the most. */
  noteReady(connectionId: string): void;
  /** An upload without a job, which is no orphan until it has ended. */
  begin(connection: OpenConnection, bucket: string, key: string): StreamUpload;
  close(): void;
}

export type UploadList = { readonly uploads: readonly UnfinishedUpload[]; readonly incomplete: AppError | null };
export type FailedClean = { readonly uploadId: string; readonly key: string; readonly error: AppError };

export type StreamUpload = {
  /** Before its first part. */
  started(uploadId: string): Promise<Result<void>>;
  /** `gone`: it was completed or aborted for sure. */
  ended(gone: boolean): Promise<void>;
};

/** What is known of connections without opening them. */
export type KnownConnection = { readonly id: string; readonly name: string; readonly endpointUrl: string | null };

export type UnfinishedUploadOptions = {
  readonly traces: UploadTraces;
  readonly opener: ConnectionOpener;
  readonly clock: Clock;
  readonly emit: (event: EngineEvent) => void;
  readonly connections: () => readonly KnownConnection[];
};

const lookDelayMs = 3000;
const looksAtOnce = 20;
const lookAgainMs = 60_000;
const cleansAtOnce = 4;

export function createUnfinishedUploadService(options: UnfinishedUploadOptions): UnfinishedUploadService {
  const { traces, opener, clock, emit } = options;
  /** Orphans that were seen on their server, by traceId. */
  const seen = new Set<string>();
  const streaming = new Set<string>();
  const looked = new Map<string, number>();
  const timers = new Set<() => void>();
  let told = 0;

  const all = () =>
    traces.uploadTraces().map((trace) => ({ ...trace, orphaned: trace.orphaned && !streaming.has(traceId(trace)) }));
  const isAt = (connection: Pick<OpenConnection, 'id' | 'description'>) => {
    const server = serverAddress(connection);
    // The server on this computer may have another port at each start.
    return (trace: UploadTrace) =>
      trace.server === server || (trace.connectionId === connection.id && isLocal(server) && isLocal(trace.server));
  };
  const orphanCount = () => all().filter((trace) => trace.orphaned && seen.has(traceId(trace))).length;

  function tell(): void {
    const count = orphanCount();
    if (count === told) return;
    told = count;
    emit({ type: 'transfers.orphans', count });
  }

  async function forget(trace: UploadTrace): Promise<void> {
    await traces.forgetUpload(trace);
    seen.delete(traceId(trace));
  }

  /** Whether the upload is there; forgets the trace of one that is not. */
  async function check(connection: OpenConnection, trace: UploadTrace): Promise<Result<boolean>> {
    const parts = await connection.store.listParts(trace.bucket, trace.key, trace.uploadId);
    if (parts.ok) {
      seen.add(traceId(trace));
      return ok(true);
    }
    if (!isGone(parts.error, connection, trace)) return parts;
    await forget(trace);
    return ok(false);
  }

  async function look(connectionId: string): Promise<void> {
    const unseen = () => all().filter((trace) => trace.orphaned && !seen.has(traceId(trace)));
    if (unseen().length === 0) return tell();
    const opened = await opener.open(connectionId);
    if (!opened.ok) return;
    for (const trace of unseen().filter(isAt(opened.value)).slice(0, looksAtOnce)) {
      const there = await check(opened.value, trace);
      // Whatever it is, it is no time to ask for more.
      if (!there.ok) break;
    }
    tell();
  }

  async function cleanOne(place: UploadPlace): Promise<Result<void>> {
    const opened = await opener.open(place.connectionId);
    if (!opened.ok) return opened;
    const trace = all()
      .filter(isAt(opened.value))
      .find((one) => isSameUpload(one, place));
    if (!trace?.orphaned) return err(appError('UploadNotOurs', { key: place.key }));
    const { bucket, key, uploadId } = trace;
    const aborted = await opened.value.store.abortMultipart(bucket, key, uploadId);
    if (!aborted.ok && !isGone(aborted.error, opened.value, trace)) return aborted;
    await forget(trace);
    return ok();
  }

  return {
    async inBucket({ connectionId, bucket, prefix }) {
      const opened = await opener.open(connectionId);
      if (!opened.ok) return opened;
      const connection = opened.value;
      // Before the list: what is begun while it is made is not taken for gone.
      const known = all()
        .filter(isAt(connection))
        .filter((trace) => trace.bucket === bucket && trace.key.startsWith(prefix));
      const listed = await connection.store.listUploads(bucket, prefix);
      const uploads: UnfinishedUpload[] = [];
      const place = { connectionId: connectionIdSchema.parse(connection.id), connectionName: connection.name, bucket };
      const after = new Map(
        all()
          .filter(isAt(connection))
          .map((trace) => [JSON.stringify([trace.bucket, trace.key, trace.uploadId]), trace]),
      );
      for (const { key, uploadId, initiatedMs } of listed.ok ? listed.value : []) {
        const trace = after.get(JSON.stringify([bucket, key, uploadId]));
        if (trace?.orphaned) seen.add(traceId(trace));
        const owner = trace === undefined ? 'other' : trace.orphaned ? 'orphan' : 'job';
        uploads.push({ ...place, key, uploadId, startedMs: initiatedMs ?? trace?.startedMs ?? null, owner });
      }
      // Some servers list only what they are asked for by its whole key.
      for (const trace of known) {
        if (!trace.orphaned || uploads.some((upload) => isSameUpload(trace, upload))) continue;
        const there = await check(connection, trace);
        if (!there.ok) return listed.ok ? there : listed;
        if (there.value)
          uploads.push({
            ...place,
            key: trace.key,
            uploadId: trace.uploadId,
            startedMs: trace.startedMs,
            owner: 'orphan',
          });
      }
      tell();
      if (!listed.ok && listed.error.code !== 'AccessDenied' && listed.error.code !== 'NotImplemented') return listed;
      return ok({ uploads: uploads.sort(compareUploads), incomplete: listed.ok ? null : listed.error });
    },
    orphans() {
      const connections = options.connections();
      return all().flatMap((trace) => {
        if (!trace.orphaned) return [];
        const leads = connections.filter(({ id, endpointUrl }) =>
          isAt({ id, description: { endpointUrl, region: null } })(trace),
        );
        const connection = leads.find(({ id }) => id === trace.connectionId) ?? leads[0];
        if (!connection) return [];
        const { bucket, key, uploadId, startedMs } = trace;
        const connectionId = connectionIdSchema.parse(connection.id);
        return [
          { connectionId, connectionName: connection.name, bucket, key, uploadId, startedMs, owner: 'orphan' as const },
        ];
      });
    },
    async size(place) {
      const opened = await opener.open(place.connectionId);
      if (!opened.ok) return opened;
      const parts = await opened.value.store.listParts(place.bucket, place.key, place.uploadId);
      if (parts.ok)
        return ok({ sizeBytes: parts.value.reduce((sum, part) => sum + part.sizeBytes, 0), parts: parts.value.length });
      const trace = all()
        .filter(isAt(opened.value))
        .find((one) => isSameUpload(one, place));
      if (parts.error.code === 'NoSuchUpload' && trace?.orphaned) {
        await forget(trace);
        tell();
      }
      return parts;
    },
    async clean(places) {
      const failed: FailedClean[] = [];
      await inLanes(places, cleansAtOnce, async (place) => {
        const { uploadId, key } = place;
        const cleaned = await cleanOne(place);
        if (!cleaned.ok) failed.push({ uploadId, key, error: cleaned.error });
      });
      tell();
      return { cleaned: places.length - failed.length, failed };
    },
    orphanCount: () => told,
    noteReady(connectionId) {
      const lookedMs = looked.get(connectionId);
      if (lookedMs !== undefined && clock.nowMs() - lookedMs < lookAgainMs) return;
      looked.set(connectionId, clock.nowMs());
      const cancel = clock.setTimer(lookDelayMs, () => {
        timers.delete(cancel);
        void look(connectionId);
      });
      timers.add(cancel);
    },
    begin(connection, bucket, key) {
      let trace: UploadTrace | null = null;
      return {
        started(uploadId) {
          trace = traceOf(connection, { bucket, key, uploadId }, clock.nowMs());
          streaming.add(traceId(trace));
          return traces.rememberUpload(trace);
        },
        async ended(gone) {
          if (trace === null) return;
          streaming.delete(traceId(trace));
          if (gone) await forget(trace);
        },
      };
    },
    close() {
      for (const cancel of timers) cancel();
    },
  };
}

/** The same bucket may be hidden from others, and have no such name for them. */
function isGone({ code }: AppError, connection: OpenConnection, trace: UploadTrace): boolean {
  return code === 'NoSuchUpload' || (code === 'NoSuchBucket' && trace.connectionId === connection.id);
}

const isLocal = (server: string) => server.startsWith('http://127.0.0.1:');

const owners = ['orphan', 'job', 'other'] as const;
function compareUploads(a: UnfinishedUpload, b: UnfinishedUpload): number {
  return (
    owners.indexOf(a.owner) - owners.indexOf(b.owner) ||
    (a.startedMs ?? 0) - (b.startedMs ?? 0) ||
    (a.key < b.key ? -1 : 1)
  );
}
