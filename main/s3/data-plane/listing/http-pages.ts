import { appError } from '../../../../shared/errors.ts';
import type { Clock } from '../../../../shared/domain/clock.ts';
import { err, type Result } from '../../../../shared/result.ts';
import type { DataTarget } from '../transport.ts';
import {
  askPage,
  fetchPage,
  type PageOutcome,
  type PageRequest,
  type PageSettings,
  readPage,
  type UnreadPage,
} from './ask-page.ts';
import type { AskOptions, PageAnswer, PageSource } from './fan-out/list-ranges.ts';
import type { ListingPosition } from './fan-out/ranges.ts';
import { attemptsInALongListing, withPageRetries } from './retry-page.ts';
import type { PageColumns } from './scan-page.ts';

/** A listing of all there is below a prefix. Plain data: it is posted to a thread. */
export type ListingTask = {
  readonly target: DataTarget;
  readonly prefix: string;
  readonly from: ListingPosition;
  readonly settings: PageSettings;
};

type Fetched = PageOutcome<UnreadPage> & { readonly tookMs: number };
/** The next page, asked for while the one before it was read. */
type Ahead = { readonly token: string; readonly fetched: Promise<Fetched>; stop(): void };

/**
 * Pages by the data plane's own requests. Throttling and broken connections are tried again; expired credentials, regions
 * and clocks are the caller's.
 */
export function createHttpPages(task: ListingTask, clock: Pick<Clock, 'nowMs'>): PageSource {
  const { target, prefix, settings } = task;
  let ahead: Ahead | null = null;
  const requestOf = (position: ListingPosition): PageRequest => ({ prefix, delimiter: '', ...position });

  const fetch = async (position: ListingPosition, { signal, onThrottled }: AskOptions): Promise<Fetched> => {
    let tookMs = 0;
    const outcome = await withPageRetries(
      attemptsInALongListing,
      signal,
      async () => {
        const askedMs = clock.nowMs();
        const fetched = await fetchPage(target, requestOf(position), settings, signal);
        tookMs = clock.nowMs() - askedMs;
        return fetched;
      },
      ({ code }) => code === 'SlowDown' && onThrottled(),
    );
    return { ...outcome, tookMs };
  };
  const fetchAhead = (token: string, options: AskOptions): Ahead => {
    const stop = new AbortController();
    const fetched = fetch({ continuationToken: token }, { ...options, signal: stop.signal });
    return { token, fetched, stop: () => stop.abort() };
  };
  const takeAhead = ({ continuationToken }: ListingPosition, signal: AbortSignal): Promise<Fetched> | null => {
    const taken = ahead;
    ahead = null;
    if (taken === null) return null;
    if (taken.token === continuationToken && !signal.aborted) {
      signal.addEventListener('abort', () => taken.stop(), { once: true });
      return taken.fetched;
    }
    taken.stop();
    return null;
  };

  return {
    async ask(position, options): Promise<PageAnswer> {
      const { signal } = options;
      const { result: unread, serverDateMs, tookMs } = await (takeAhead(position, signal) ?? fetch(position, options));
      if (!unread.ok) return { result: unread, serverDateMs, tookMs };
      const guess = options.isAskedNext() && !signal.aborted ? peekToken(unread.value.answer.body) : null;
      if (guess !== null) ahead = fetchAhead(guess, options);
      let page = readPage(unread.value, target, requestOf(position), settings);
      if (!page.ok && page.error.code === 'ResponseTruncated') page = await askAgain(task, requestOf(position), signal);
      if (page.ok) page = withoutCircle(page, position, task);
      if (ahead !== null && (signal.aborted || !page.ok || page.value.continuationToken !== guess)) {
        // What looked like a token was none; what was asked for with it is of no use.
        ahead.stop();
        ahead = null;
      }
      return { result: page, serverDateMs, tookMs };
    },
  };
}

async function askAgain(task: ListingTask, request: PageRequest, signal: AbortSignal): Promise<Result<PageColumns>> {
  const { target, settings } = task;
  const ask = () => askPage(target, request, settings, signal);
  return (await withPageRetries(attemptsInALongListing - 1, signal, ask)).result;
}

/** A server that does not heed the token would be listed for ever. */
function withoutCircle(page: Result<PageColumns>, position: ListingPosition, { target, prefix }: ListingTask) {
  const isCircle =
    page.ok && page.value.continuationToken !== null && page.value.continuationToken === position.continuationToken;
  const reason = 'a page that leads to itself';
  return isCircle ? err(appError('NotAnS3Endpoint', { bucket: target.bucket, prefix, reason })) : page;
}

/** Servers say it before the objects. */
const peekedBytes = 4096;

/** The token of the next page, before the page is read: a guess that the scanner must confirm. Null when it is not found. */
function peekToken(body: Uint8Array): string | null {
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, peekedBytes)).toString('latin1');
  const token = /<NextContinuationToken>([^<&]+)<\/NextContinuationToken>/.exec(text);
  const rows = text.indexOf('<Contents>');
  return token === null || (rows >= 0 && rows < token.index) ? null : (token[1] ?? null);
}
