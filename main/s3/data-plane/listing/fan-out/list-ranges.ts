import { appError, type AppError } from '../../../../../shared/errors.ts';
import type { Result } from '../../../../../shared/result.ts';
import type { PageColumns } from '../scan-page.ts';
import { isAskedNext } from './ask-for-pages.ts';
import { step } from './fan-out.ts';
import type { ListingPosition } from './ranges.ts';
import { type FanOut, type FanOutCommand, type FanOutEvent, planFanOut } from './state.ts';

export type PageAnswer = {
  readonly result: Result<PageColumns>;
  readonly serverDateMs: number;
  /** From the (last) request until its answer was there, without what was done with it. */
  readonly tookMs: number;
};

export type AskOptions = {
  readonly signal: AbortSignal;
  /** Whether the page after this one will be asked for as soon as this one is told. */
  readonly isAskedNext: () => boolean;
  /** To be called for each answer that wants fewer requests, when the page is then asked for again. */
  readonly onThrottled: () => void;
};

/** Where the pages of one listing come from. It tries again what may pass. */
export type PageSource = { ask(position: ListingPosition, options: AskOptions): Promise<PageAnswer> };

export type ListingStep =
  | {
      readonly type: 'page';
      readonly columns: PageColumns;
      /** Where the listing goes on after it; null when this is the end. */
      readonly next: ListingPosition | null;
      readonly serverDateMs: number;
    }
  /** The last step of a listing that failed; what came before is whole. */
  | { readonly type: 'failed'; readonly error: AppError; readonly serverDateMs: number };

/**
 * All pages in order, a failure as the last step; `maySplit`: from several places at once when the server is slow. Goes on
 * while its reader is busy, within the bounds of the plan. Leaving it ends the requests.
 */
export async function* listRanges(
  source: PageSource,
  from: ListingPosition,
  maySplit: boolean,
  signal: AbortSignal,
): AsyncGenerator<ListingStep> {
  const ready: ListingStep[] = [];
  const asking = new Map<number, AbortController>();
  let state: FanOut = planFanOut(from, maySplit);
  let thrown: { readonly error: unknown } | null = null;
  let wake = (): void => undefined;

  const tell = (event: FanOutEvent): void => {
    const stepped = step(state, event);
    state = stepped.state;
    for (const command of stepped.commands) perform(command);
  };
  const perform = (command: FanOutCommand): void => {
    switch (command.type) {
      case 'ask':
        ask(command.rangeId, command.position).catch((error: unknown) => {
          thrown = { error };
          wake();
        });
        return;
      case 'drop':
        asking.get(command.rangeId)?.abort();
        asking.delete(command.rangeId);
        return;
      case 'deliver':
        ready.push({ ...command, type: 'page' });
        return wake();
      case 'fail':
        ready.push({ ...command, type: 'failed' });
        return wake();
    }
  };
  const ask = async (rangeId: number, position: ListingPosition): Promise<void> => {
    const stop = new AbortController();
    asking.set(rangeId, stop);
    const answer = await source.ask(position, {
      signal: stop.signal,
      isAskedNext: () => isAskedNext(state),
      onThrottled: () => tell({ type: 'throttled' }),
    });
    if (stop.signal.aborted) return;
    asking.delete(rangeId);
    const { result, serverDateMs, tookMs } = answer;
    if (result.ok) tell({ type: 'page', rangeId, page: { columns: result.value, serverDateMs }, tookMs });
    else tell({ type: 'failed', rangeId, error: result.error, serverDateMs });
  };
  const onAbort = (): void => wake();

  signal.addEventListener('abort', onAbort, { once: true });
  try {
    tell({ type: 'begun' });
    for (;;) {
      if (signal.aborted) {
        yield { type: 'failed', error: appError('Cancelled'), serverDateMs: Number.NaN };
        return;
      }
      if (thrown !== null) throw (thrown as { readonly error: unknown }).error;
      const next = ready.shift();
      if (next === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      if (next.type === 'page') tell({ type: 'taken' });
      yield next;
      if (next.type === 'failed' || next.next === null) return;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    for (const stop of asking.values()) stop.abort();
  }
}
