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
  const spares: ArrayBuffer[] = [];
  try {
    conversation.send({ type: 'look', filePath, request });
    for (;;) {
      const step = await Promise.race([iterator.next(), aborted.promise]);
      if (step === 'aborted') return err(appError('Cancelled', { path: filePath }));
      if (step.done === true) break;
      if (!step.value.ok) return step.value;
      sendPage(conversation, step.value.value, spares);
      underWay += 1;
      while (underWay >= pagesAhead) {
        const answer = await conversation.receive();
        if ('result' in answer) {
          isOver = true;
          return answer.result as Result<never>;
        }
        underWay -= 1;
        if (answer.spare !== undefined) spares.push(answer.spare);
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

/** Lines are copied: the caller reads the next page into the same memory. */
function sendPage(conversation: Conversation, page: LookPage, spares: ArrayBuffer[]): void {
  if ('rows' in page) return conversation.send({ type: 'rows', rows: page.rows });
  const { length } = page.lines;
  const spare = spares.pop();
  // Half as much again: pages are of about the same length.
  const memory = spare !== undefined && spare.byteLength >= length ? spare : new ArrayBuffer(Math.ceil(length * 1.5));
  const lines = new Uint8Array(memory, 0, length);
  lines.set(page.lines);
  conversation.send({ type: 'lines', lines }, [memory]);
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
