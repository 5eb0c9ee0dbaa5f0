import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { LookRequest, LookSummary, ObjectIndex, ObjectIndexes } from '../object-index.ts';
import { createIndexCalls, type IndexCalls } from './index-calls.ts';
import { type LookPage, sendLook } from './send-look.ts';

/**
 * Indexes in SQLite, in a thread of their own. `workerUrl`: the built index-worker, or its TypeScript where Node reads that
 * itself. When the thread dies, calls and looks under way fail with UnexpectedFailure ('backoff'), and the next one goes to
 * another thread, where the index is opened again. An index turns out to be broken: DatabaseCorrupt, from then on; close it
 * and open the file again for a new one.
 */
export function createObjectIndexes(workerUrl: URL): ObjectIndexes {
  const calls = createIndexCalls(workerUrl);
  return {
    async open(filePath) {
      const thread = calls.thread();
      const opened = await calls.ask<string>({ type: 'open', filePath });
      return opened.ok ? ok(indexInThread(calls, filePath, opened.value, thread)) : opened;
    },
    remove: (filePath) => calls.ask({ type: 'remove', filePath }),
    close: () => calls.close(),
  };
}

function indexInThread(calls: IndexCalls, filePath: string, indexId: string, openedIn: number): ObjectIndex {
  const closing = new AbortController();
  let thread = openedIn;
  let last: Promise<unknown> = Promise.resolve();

  /** Opens it again where the thread has been replaced. */
  const beOpen = async (): Promise<Result<void>> => {
    const now = calls.thread();
    if (now === thread) return ok();
    const opened = await calls.ask<string>({ type: 'open', filePath });
    if (!opened.ok) return opened;
    if (opened.value === indexId) {
      thread = now;
      return ok();
    }
    // Unreadable meanwhile, and begun anew: whoever knows this one must hear of it.
    await calls.ask({ type: 'close', filePath });
    return err(appError('DatabaseCorrupt', { path: filePath }));
  };
  const inTurn = <T>(work: () => Promise<Result<T>>): Promise<Result<T>> => {
    const turn = last.then(async () => {
      if (closing.signal.aborted) return err(appError('Cancelled', { path: filePath }));
      const opened = await beOpen();
      return opened.ok ? work() : opened;
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  const look = (request: LookRequest, pages: AsyncIterable<Result<LookPage>>): Promise<Result<LookSummary>> =>
    inTurn(() => sendLook(calls, filePath, request, pages, closing.signal));

  return {
    indexId,
    look: (request, rows) =>
      look(
        request,
        mapOk(rows, (page) => ({ rows: page })),
      ),
    lookAtLines: (request, lines) =>
      look(
        request,
        mapOk(lines, (page) => ({ lines: page })),
      ),
    update: (keys) => inTurn(() => calls.ask({ type: 'update', filePath, keys })),
    count: (keys) => inTurn(() => calls.ask({ type: 'count', filePath, keys })),
    staged: (afterId, limit) => inTurn(() => calls.ask({ type: 'staged', filePath, afterId, limit })),
    forget: (throughId) => inTurn(() => calls.ask({ type: 'forget', filePath, throughId })),
    servedMarks: () => inTurn(() => calls.ask({ type: 'servedMarks', filePath })),
    dropMarks: (ids) => inTurn(() => calls.ask({ type: 'dropMarks', filePath, ids })),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      await last;
      if (calls.thread() === thread) await calls.ask({ type: 'close', filePath });
    },
  };
}

async function* mapOk<T, R>(items: AsyncIterable<Result<T>>, change: (item: T) => R): AsyncGenerator<Result<R>> {
  for await (const item of items) yield item.ok ? ok(change(item.value)) : item;
}
