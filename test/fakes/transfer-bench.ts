import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../main/db/open.ts';
import { createTransferJournal } from '../../main/db/transfer-journal.ts';
import { createSharedRates, type SharedRates } from '../../main/s3/data-plane/rate-limit.ts';
import type { RangeTransport } from '../../main/s3/data-plane/transport.ts';
import type { OpenConnection } from '../../main/s3/open-connection.ts';
import { systemClock } from '../../main/system-clock.ts';
import type { LocalFiles } from '../../main/transfers/files/local-files.ts';
import { createNodeLocalFiles } from '../../main/transfers/files/node-local-files.ts';
import { type PartSizes, standardPartSizes } from '../../main/transfers/part-plan.ts';
import type { RetryPolicy } from '../../main/transfers/retry.ts';
import { createTransferService, type TransferService } from '../../main/transfers/service.ts';
import { createWorkerPool } from '../../main/transfers/workers/worker-pool.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import type { PathRules } from '../../shared/domain/key-path.ts';
import {
  transferRequestSchema,
  type FileView,
  type JobState,
  type JobView,
  type TransferRequestInput,
} from '../../shared/domain/transfer.ts';
import { journaledParts } from '../servers/journaled-parts.ts';
import { transferWorkerUrl } from '../servers/thread-url.ts';
import { connectionId, createTestOpener, must, otherServerId, type S3Address } from './test-connection.ts';

export type BenchOptions = {
  /** Of the connection `otherServerId`. */
  readonly other?: S3Address;
  readonly folder?: string;
  readonly retryPolicy?: RetryPolicy;
  readonly stallMs?: number;
  readonly restriction?: OpenConnection['restriction'];
  readonly files?: LocalFiles;
  /** Stands before the real threads. */
  readonly wrapTransport?: (real: RangeTransport) => RangeTransport;
  readonly partSizes?: PartSizes;
  readonly pathRules?: PathRules;
  /** Two when left out. */
  readonly maxThreads?: number;
};

/** Quick enough for tests, slow enough to tell a retry from a storm. */
export const quickRetries: RetryPolicy = { attempts: 4, baseDelayMs: 5, maxDelayMs: 20 };

/** The transfer service as the engine composes it, on a real journal, real threads and a server of the test's choice. */
export type TransferBench = {
  readonly service: TransferService;
  readonly events: EngineEvent[];
  readonly folder: string;
  readonly store: OpenConnection['store'];
  /** Of the other connection; the same without one. */
  readonly otherStore: OpenConnection['store'];
  /** To be set by setRate: holds in the bench's threads. */
  readonly rates: SharedRates;
  start(request: Omit<TransferRequestInput, 'connectionId'> & { kind: string }): Promise<JobId>;
  /** Waits until the job is in one of these states; fails after 60 s with what it is in. */
  until(jobId: JobId, ...states: JobState[]): Promise<JobView>;
  filesOf(jobId: JobId): FileView[];
  /** Of the file with this target: what a stop cannot take away any more. Also after the bench was closed by `restart`. */
  journaledParts(target: string): number[];
  /** Closes the engine's part and starts it again on the same folder. */
  restart(changes?: Partial<BenchOptions>): Promise<TransferBench>;
  /** Stops without a word to the journal, as a kill would. */
  close(): Promise<void>;
};

export async function startTransferBench(address: S3Address, options: BenchOptions = {}): Promise<TransferBench> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'brigade-transfers-')));
  const databasePath = join(folder, 'brigade.db');
  const db = must(openDatabase(databasePath));
  const events: EngineEvent[] = [];
  const opener = createTestOpener(
    (id) => (id === otherServerId && options.other !== undefined ? options.other : address),
    { restriction: options.restriction, stallMs: options.stallMs },
  );
  let seed = 1;
  const rates = createSharedRates();
  const workers = createWorkerPool({
    workerUrl: transferWorkerUrl,
    maxThreads: options.maxThreads ?? 2,
    settings: { stallMs: options.stallMs ?? 10_000, rates },
  });
  const service = createTransferService({
    journal: createTransferJournal(db),
    opener,
    transport: options.wrapTransport?.(workers) ?? workers,
    files: options.files ?? createNodeLocalFiles(workers),
    clock: systemClock,
    random: { next: () => ((seed = (seed * 48271) % 2147483647) + (Date.now() % 1000)) / 2147484647 },
    pathRules: options.pathRules ?? { platform: 'posix' },
    spoolFolder: join(folder, 'spool'),
    emit: (event) => events.push(event),
    retryPolicy: options.retryPolicy ?? quickRetries,
    partSizes: options.partSizes ?? standardPartSizes,
  });
  const { store } = must(await opener.open(connectionId));
  const { store: otherStore } = must(await opener.open(otherServerId));
  let open = true;
  const stop = async () => {
    if (!open) return;
    open = false;
    await service.close();
    await opener.close();
    db.close();
  };
  return {
    service,
    events,
    folder,
    store,
    otherStore,
    rates,
    async start(request) {
      const parsed = transferRequestSchema.parse({ ...request, connectionId });
      return must(await service.start(parsed)).jobId;
    },
    async until(jobId, ...states) {
      const end = Date.now() + 60_000;
      for (;;) {
        const job = service.list().find((each) => each.id === jobId);
        if (job && states.includes(job.state)) return job;
        if (Date.now() > end) throw new Error(`job is ${JSON.stringify(job)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    filesOf: (jobId) => must(service.files({ jobId, from: 0, count: 1000 })).files,
    journaledParts: (target) => journaledParts(databasePath, target),
    async restart(changes) {
      await stop();
      return startTransferBench(address, { ...options, ...changes, folder });
    },
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
