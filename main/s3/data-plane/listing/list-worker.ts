import { parentPort } from 'node:worker_threads';
import { appError } from '../../../../shared/errors.ts';
import { systemClock } from '../../../system-clock.ts';
import { listPages } from './list-pages.ts';
import type { FromListing, ToListing } from './listing-protocol.ts';
import { linesOfColumns } from './page-lines.ts';

/** The thread that lists: fetches and scans pages, no further ahead than it is asked to. */
const port = parentPort;
if (!port) throw new Error('list-worker runs in a worker thread only');

type Running = { wanted: number; wake: () => void; readonly stop: AbortController; readonly spares: ArrayBuffer[] };
const running = new Map<number, Running>();

function post(message: FromListing, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

async function run(id: number, { task, as }: Extract<ToListing, { task: unknown }>, state: Running): Promise<void> {
  const { signal } = state.stop;
  for await (const step of listPages(task, systemClock, signal)) {
    while (state.wanted <= 0 && !signal.aborted) await new Promise<void>((resolve) => (state.wake = resolve));
    if (signal.aborted) return;
    state.wanted -= 1;
    if (step.type === 'failed') {
      post({ id, failed: step.error, serverDateMs: step.serverDateMs });
      return;
    }
    const { columns, next, serverDateMs } = step;
    const count = columns.keys.length;
    if (as === 'lines') {
      const lines = linesOfColumns(columns, state.spares.pop());
      post({ id, count, rows: { lines }, next, serverDateMs }, [lines.buffer]);
    } else {
      const { keys, sizesBytes, lastModified, etags, storageClasses } = columns;
      post({
        id,
        count,
        rows: { columns: { keys, sizesBytes, lastModified, etags, storageClasses } },
        next,
        serverDateMs,
      });
    }
  }
}

port.on('message', (message: ToListing) => {
  const { id } = message;
  if ('task' in message) {
    const state: Running = { wanted: 0, wake: () => undefined, stop: new AbortController(), spares: [] };
    running.set(id, state);
    run(id, message, state)
      .catch((thrown: unknown) =>
        post({ id, failed: appError('UnexpectedFailure', {}, thrown), serverDateMs: Number.NaN }),
      )
      .finally(() => {
        running.delete(id);
        post({ id, ended: true });
      });
    return;
  }
  const state = running.get(id);
  if (state === undefined) return;
  if ('stop' in message) state.stop.abort();
  else {
    state.wanted += message.more;
    if (message.spare !== undefined) state.spares.push(message.spare);
  }
  state.wake();
});
