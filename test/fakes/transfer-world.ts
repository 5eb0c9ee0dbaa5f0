import { createTransferJournal } from '../../main/db/transfer-journal.ts';
import type { DataTarget, RangeTransport } from '../../main/s3/data-plane/transport.ts';
import type { ObjectStore } from '../../main/s3/object-store.ts';
import type { ConnectionOpener, OpenConnection } from '../../main/s3/open-connection.ts';
import { systemClock } from '../../main/system-clock.ts';
import type { TransferJournal } from '../../main/transfers/journal.ts';
import type { LocalFiles } from '../../main/transfers/files/local-files.ts';
import { createTransferService, type TransferService } from '../../main/transfers/service.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { connectionIdSchema, type JobId } from '../../shared/domain/ids.ts';
import {
  type FileView,
  type JobState,
  type JobView,
  transferRequestSchema,
  type TransferRequestInput,
} from '../../shared/domain/transfer.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { openMemoryDatabase } from './memory-database.ts';
import { createMemoryFiles, type MemoryFiles } from './memory-files.ts';
import { createMemoryObjectStore, type MemoryObjectStore } from './memory-object-store.ts';
import { createMemoryTransport } from './memory-transport.ts';
import { must } from './test-connection.ts';

export const worldConnectionId = connectionIdSchema.parse('conn-world');
export const otherConnectionId = connectionIdSchema.parse('conn-other');

/**
 * The transfer service in a world of memory, whose ports a test may step into: what `on` has takes a method's place,
 * and `files`, `store` are the real ones behind it. Parts are 8 bytes, whole objects up to 16.
 */
export type TransferWorld = {
  readonly files: MemoryFiles;
  readonly store: MemoryObjectStore;
  /** Another server, reached by the connection `otherConnectionId`. */
  readonly other: MemoryObjectStore;
  readonly events: EngineEvent[];
  /** The real one, behind `on.transport`. */
  readonly transport: RangeTransport;
  readonly journal: TransferJournal;
  readonly opener: ConnectionOpener;
  readonly service: TransferService;
  readonly on: {
    store: Partial<ObjectStore>;
    other: Partial<ObjectStore>;
    files: Partial<LocalFiles>;
    transport: Partial<RangeTransport>;
    journal: Partial<TransferJournal>;
  };
  start(request: Omit<TransferRequestInput, 'connectionId'> & { kind: string }): Promise<JobId>;
  until(jobId: JobId, ...states: JobState[]): Promise<JobView>;
  filesOf(jobId: JobId): FileView[];
  keys(bucket: string): string[];
  body(bucket: string, key: string): string | null;
};

/** Asks for the replacement at each call, so that a test may put it there and take it away at any time. */
function open<T extends object>(port: T, replaced: () => Partial<T>): T {
  return new Proxy(port, {
    get(target, name) {
      const own = Reflect.get(target, name);
      // Of a listing it is the pages that are replaced.
      if (typeof own !== 'function' || name === 'listAll') return own;
      return (...args: unknown[]) => {
        const method = Reflect.get(replaced(), name) ?? own;
        return (method as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

/** What the transport of memory looks at. */
function dataTarget(bucket: string, hostname: string, accessKeyId: string): DataTarget {
  return { bucket, hostname, credentials: { accessKeyId }, clockOffsetMs: 0 } as DataTarget;
}

export function createTransferWorld(
  options: {
    restriction?: OpenConnection['restriction'];
    otherRestriction?: OpenConnection['restriction'];
    /** The other connection leads to the same server: under another address, or under the same with other or the same keys. */
    otherIs?: 'anotherAddress' | 'otherKeys' | 'sameKeys';
    /** Found out: the files are asked. */
    foldsNames?: boolean | 'foundOut';
    clock?: Clock;
    attempts?: number;
    /** Asked for each connection that is opened, which waits for the answer. */
    openFails?: () => AppError | null | Promise<AppError | null>;
  } = {},
): TransferWorld {
  const files = createMemoryFiles();
  const { clock = systemClock } = options;
  const store = createMemoryObjectStore({ clock });
  const journal = createTransferJournal(openMemoryDatabase());
  const on: TransferWorld['on'] = { store: {}, other: {}, files: {}, transport: {}, journal: {} };
  const events: EngineEvent[] = [];
  const { otherIs, foldsNames = false } = options;
  const other = otherIs === undefined ? createMemoryObjectStore({ clock }) : store;
  const connection: OpenConnection = {
    id: worldConnectionId,
    name: 'World',
    store: open<ObjectStore>(store, () => on.store),
    restriction: options.restriction ?? null,
    downloadThreads: 1,
    uploadThreads: 1,
    description: { endpointUrl: 'http://one', region: null },
    dataTarget: (name) => Promise.resolve(ok(dataTarget(name, 'one', 'key-1'))),
    signIn: async () => ok(),
    noteServerDate: () => undefined,
    noteRegion: () => undefined,
  };
  const elsewhere: OpenConnection = {
    ...connection,
    id: otherConnectionId,
    name: 'Other',
    store: open<ObjectStore>(other, () => on.other),
    restriction: options.otherRestriction ?? null,
    description: {
      endpointUrl: otherIs === undefined || otherIs === 'anotherAddress' ? 'http://other' : 'http://one/',
      region: null,
    },
    dataTarget: (name) =>
      Promise.resolve(
        ok(dataTarget(name, otherIs === undefined ? 'other' : 'one', otherIs === 'sameKeys' ? 'key-1' : 'key-2')),
      ),
  };
  const openById = async (id: string) => {
    const error = (await options.openFails?.()) ?? null;
    return error === null ? ok(id === otherConnectionId ? elsewhere : connection) : err(error);
  };
  const transport = createMemoryTransport(files, store, (target) => (target.hostname === 'other' ? other : store));
  let random = 1;
  const service = createTransferService({
    journal: open(journal, () => on.journal),
    opener: { open: openById },
    transport: open(transport, () => on.transport),
    files: open<LocalFiles>(files, () => on.files),
    clock,
    random: { next: () => (random = (random * 48271) % 2147483647) / 2147483647 },
    pathRules: { platform: 'posix', ...(foldsNames === 'foundOut' ? {} : { foldsNames }) },
    spoolFolder: '/spool',
    emit: (event) => events.push(event),
    retryPolicy: { attempts: options.attempts ?? 2, baseDelayMs: 1, maxDelayMs: 2 },
    partSizes: { partBytes: 8, singleUploadBytes: 16, singleDownloadBytes: 8 },
  });
  return {
    files,
    store,
    other,
    events,
    transport,
    journal,
    opener: { open: openById },
    service,
    on,
    start: async (request) =>
      must(await service.start(transferRequestSchema.parse({ ...request, connectionId: worldConnectionId }))).jobId,
    async until(jobId, ...states) {
      const end = Date.now() + 60_000;
      for (;;) {
        const job = service.list().find((each) => each.id === jobId);
        if (job && states.includes(job.state)) return job;
        if (Date.now() > end) throw new Error(`job is ${JSON.stringify(job)}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    filesOf: (jobId) => must(service.files({ jobId, from: 0, count: 1000 })).files,
    keys: (bucket) => [...(store.buckets.get(bucket)?.objects.keys() ?? [])].sort(),
    body: (bucket, key) => {
      const object = store.buckets.get(bucket)?.objects.get(key);
      return object ? Buffer.from(object.bytes).toString() : null;
    },
  };
}
