import { createTransferJournal } from '../../main/db/transfer-journal.ts';
import type { RangeTransport } from '../../main/s3/data-plane/transport.ts';
import type { ObjectStore } from '../../main/s3/object-store.ts';
import type { OpenConnection } from '../../main/s3/open-connection.ts';
import { systemClock } from '../../main/system-clock.ts';
import type { TransferJournal } from '../../main/transfers/journal.ts';
import type { LocalFiles } from '../../main/transfers/local-files.ts';
import { createTransferService, type TransferService } from '../../main/transfers/service.ts';
import { connectionIdSchema, type JobId } from '../../shared/domain/ids.ts';
import {
  type FileView,
  type JobState,
  type JobView,
  transferRequestSchema,
  type TransferRequestInput,
} from '../../shared/domain/transfer.ts';
import { ok } from '../../shared/result.ts';
import { openMemoryDatabase } from './memory-database.ts';
import { createMemoryFiles, type MemoryFiles } from './memory-files.ts';
import { createMemoryObjectStore, type MemoryObjectStore } from './memory-object-store.ts';
import { createMemoryTransport } from './memory-transport.ts';
import { must } from './transfer-bench.ts';

const connectionId = connectionIdSchema.parse('conn-world');

/**
 * The transfer service in a world of memory, whose ports a test may step into: what `on` has takes a method's place,
 * and `files`, `store` are the real ones behind it. Parts are 8 bytes, whole objects up to 16.
 */
export type TransferWorld = {
  readonly files: MemoryFiles;
  readonly store: MemoryObjectStore;
  readonly journal: TransferJournal;
  readonly service: TransferService;
  readonly on: {
    store: Partial<ObjectStore>;
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
      if (typeof own !== 'function') return own;
      return (...args: unknown[]) => {
        const method = Reflect.get(replaced(), name) ?? own;
        return (method as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

export function createTransferWorld(
  options: { restriction?: OpenConnection['restriction']; foldsNames?: boolean } = {},
): TransferWorld {
  const files = createMemoryFiles();
  const store = createMemoryObjectStore();
  const journal = createTransferJournal(openMemoryDatabase());
  const on: TransferWorld['on'] = { store: {}, files: {}, transport: {}, journal: {} };
  const connection: OpenConnection = {
    id: connectionId,
    name: 'World',
    store: open<ObjectStore>(store, () => on.store),
    restriction: options.restriction ?? null,
    downloadThreads: 1,
    uploadThreads: 1,
    description: { endpointUrl: null, region: null },
    dataTarget: (name) => Promise.resolve(ok({ bucket: name } as never)),
    noteServerDate: () => undefined,
    noteRegion: () => undefined,
  };
  let random = 1;
  const service = createTransferService({
    journal: open(journal, () => on.journal),
    opener: { open: () => Promise.resolve(ok(connection)) },
    transport: open(createMemoryTransport(files, store), () => on.transport),
    files: open<LocalFiles>(files, () => on.files),
    clock: systemClock,
    random: { next: () => (random = (random * 48271) % 2147483647) / 2147483647 },
    pathRules: { platform: 'posix', foldsNames: options.foldsNames ?? false },
    spoolFolder: '/spool',
    emit: () => undefined,
    retryPolicy: { attempts: 2, baseDelayMs: 1, maxDelayMs: 2 },
    partSizes: { partBytes: 8, singleUploadBytes: 16, singleDownloadBytes: 8 },
  });
  return {
    files,
    store,
    journal,
    service,
    on,
    start: async (request) =>
      must(await service.start(transferRequestSchema.parse({ ...request, connectionId }))).jobId,
    async until(jobId, ...states) {
      const end = Date.now() + 10_000;
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
