import { appError } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import type { LookedRow, LookRequest, LookSummary } from '../object-index.ts';
import type { Conversation, IndexCalls } from './index-calls.ts';
import { pagesAhead } from './index-protocol.ts';

export type LookPage = { readonly rows: readonly LookedRow[] } | { readonly lines: Uint8Array };

/**
 * Sends a listing to the thread, no more than a few pages ahead of it. The first failure, of either side or `signal`
 * (Cancelled), is the outcome: nothing of the look has happened then, and the pages are left.
 */
export async function sendLook(
  calls: IndexCalls,
  filePath: string,
  request: LookRequest,
  pages: AsyncIterable<Result<LookPage>>,
  signal: AbortSignal,
): Promise<Result<LookSummary>> {
  const conversation = calls.begin();
  const iterator = pages[Symbol.asyncIterator]();
  const aborted = onAbort(signal);
  let isOver = false;
  let underWay = 0;
  try {
    conversation.send({ type: 'look', filePath, request });
    for (;;) {
      const step = await Promise.race([iterator.next(), aborted.promise]);
      if (step === 'aborted') return err(appError('Cancelled', { path: filePath }));
      if (step.done === true) break;
      if (!step.value.ok) return step.value;
      sendPage(conversation, step.value.value);
      underWay += 1;
      while (underWay >= pagesAhead) {
        const answer = await conversation.receive();
        if ('result' in answer) {
          isOver = true;
          return answer.result as Result<never>;
        }
        underWay -= 1;
      }
    }
    conversation.send({ type: 'end' });
    for (;;) {
      const answer = await conversation.receive();
      if (!('result' in answer)) continue;
      isOver = true;
      return answer.result as Result<LookSummary>;
    }
  } finally {
    aborted.leave();
    if (!isOver) conversation.send({ type: 'giveUp' });
    conversation.leave();
    // Not waited for: a listing that hangs would be.
    if (!isOver || underWay > 0) void iterator.return?.()?.then(undefined, () => undefined);
  }
}

function sendPage(conversation: Conversation, page: LookPage): void {
  if ('rows' in page) return conversation.send({ type: 'rows', rows: page.rows });
  // The caller reads the next page into the same memory.
  const lines = new Uint8Array(page.lines);
  conversation.send({ type: 'lines', lines }, [lines.buffer]);
}

function onAbort(signal: AbortSignal): { readonly promise: Promise<'aborted'>; leave(): void } {
  let listener = (): void => undefined;
  const promise = new Promise<'aborted'>((resolve) => {
    listener = () => resolve('aborted');
    if (signal.aborted) listener();
    signal.addEventListener('abort', listener, { once: true });
  });
  return { promise, leave: () => signal.removeEventListener('abort', listener) };
}
