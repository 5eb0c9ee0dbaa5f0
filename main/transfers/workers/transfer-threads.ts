import { availableParallelism } from 'node:os';
import { defaultStallMs } from '../../s3/data-plane/stall.ts';
import { createSharedRates, type SharedRates } from '../../s3/data-plane/rate-limit.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

/** The threads that transfers run on, and the bandwidth limits in force there. */
export type TransferThreads = { readonly pool: WorkerPool; readonly rates: SharedRates };

/**
 * Threads are started as they are needed; the first one at once, so that it is ready when the rest of the engine is.
 * `workerUrl`: the built worker, or worker-entry.ts where Node reads TypeScript itself.
 */
export function startTransferThreads(workerUrl: URL): TransferThreads {
  const rates = createSharedRates();
  const pool = createWorkerPool({
    workerUrl,
    maxThreads: Math.max(2, availableParallelism()),
    settings: { stallMs: defaultStallMs, rates },
  });
  pool.prepare();
  return { pool, rates };
}
