import { Worker } from 'node:worker_threads';
import { appError } from '../../../../shared/errors.ts';
import { listedFromColumns, listedFromLines } from '../../listed-rows.ts';
import { type FromListing, pagesAhead, type ToListing } from './listing-protocol.ts';
import type { ListingRunner, RunStep } from './listing-runner.ts';

type Reader = { readonly thread: Worker; take(message: FromListing): void };

/** A thread without work is ended after so long; the next listing starts another. */
const keptIdleMs = 30_000;

/**
 * Runs listings in a thread of their own, started by the first of them, so that neither requests nor scanning keep the
 * engine's thread from its window. `workerUrl`: the built list-worker, or its TypeScript where Node reads that itself.
 * A thread that dies fails its listings with ConnectionReset and is replaced. It does not keep the process alive.
 */
export function createListingThread(workerUrl: URL): ListingRunner {
  let worker: Worker | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  const readers = new Map<number, Reader>();
  let nextId = 1;

  const start = (): Worker => {
    const started = new Worker(workerUrl);
    let cause: unknown = 'the listing thread ended';
    started.on('message', (message: FromListing) => readers.get(message.id)?.take(message));
    started.on('error', (error) => (cause = error));
    started.on('exit', () => {
      if (worker === started) worker = null;
      const failed = appError('ConnectionReset', {}, cause);
      // Another thread may run by now, which knows nothing of this.
      for (const [id, reader] of readers)
        if (reader.thread === started) reader.take({ id, failed, serverDateMs: Number.NaN });
    });
    started.unref();
    return started;
  };
  const rest = (): void => {
    if (readers.size > 0) return;
    clearTimeout(idleTimer);
    worker?.unref();
    idleTimer = setTimeout(() => {
      if (readers.size > 0) return;
      // It takes a moment to end: a listing that begins meanwhile starts another.
      const idle = worker;
      worker = null;
      void idle?.terminate();
    }, keptIdleMs);
    idleTimer.unref();
  };

  return {
    async *run(task, as, signal): AsyncGenerator<RunStep> {
      const id = nextId;
      nextId += 1;
      const arrived: FromListing[] = [];
      let wake = (): void => undefined;
      worker ??= start();
      const thread = worker;
      readers.set(id, {
        thread,
        take(message) {
          arrived.push(message);
          wake();
        },
      });
      thread.ref();
      const post = (message: ToListing, transfer: ArrayBuffer[] = []): void => thread.postMessage(message, transfer);
      const stop = (): void => {
        post({ id, stop: true });
        wake();
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        post({ id, task, as });
        post({ id, more: pagesAhead });
        for (;;) {
          while (arrived.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
          const message = arrived.shift();
          if (message === undefined || 'ended' in message) return;
          if ('failed' in message) {
            yield { type: 'failed', error: message.failed, serverDateMs: message.serverDateMs };
            return;
          }
          const { count, rows, next, serverDateMs } = message;
          const listed = 'lines' in rows ? listedFromLines(count, rows.lines) : listedFromColumns(rows.columns);
          yield { type: 'page', rows: listed, next, serverDateMs };
          if (next === null) return;
          // It has been read: new memory for each page is dearer than the lines in it.
          if ('lines' in rows) post({ id, more: 1, spare: rows.lines.buffer }, [rows.lines.buffer]);
          else post({ id, more: 1 });
        }
      } finally {
        signal.removeEventListener('abort', stop);
        post({ id, stop: true });
        readers.delete(id);
        rest();
      }
    },

    async close() {
      clearTimeout(idleTimer);
      await worker?.terminate();
    },
  };
}
