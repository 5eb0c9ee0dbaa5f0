import { availableParallelism } from 'node:os';
import { defaultStallMs } from '../../s3/data-plane/stall.ts';
import { createSharedRates, type SharedRates } from '../../s3/data-plane/rate-limit.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

/** The threads that transfers run on, and the bandwidth limits in force there. */
export type TransferThreads = { readonly pool: WorkerPool; readonly rates: SharedRates };

const mebibyte = 1024 * 1024;

/**
 * A part that is sent gives its memory to the next one: of two threads each keeps all that the engine lets be in flight. With 16
 * MiB each an upload of 2 GiB takes 1.7 times as long, and more memory: what is not kept is made anew, page by page, before
 * the old is collected. Of many threads each has few parts in flight.
 */
function idleBytesOf(threads: number): number {
  return Math.max(16 * mebibyte, Math.floor((128 * mebibyte) / threads));
}

/**
 * Threads are started as they are needed; the first one at once, so that it is ready when the rest of the engine is.
 * `workerUrl`: the built worker, or worker-entry.ts where Node reads TypeScript itself.
 */
export function startTransferThreads(workerUrl: URL): TransferThreads {
  const rates = createSharedRates();
  const maxThreads = Math.max(2, availableParallelism());
  const pool = createWorkerPool({
    workerUrl,
    maxThreads,
    settings: { stallMs: defaultStallMs, rates, idleBytes: idleBytesOf(maxThreads) },
  });
  pool.prepare();
  return { pool, rates };
}
