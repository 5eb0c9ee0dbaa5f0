import { appError, type AppError } from '../../../../shared/errors.ts';
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
import { attemptsInALongListing, withPageRetries } from './retry-page.ts';
import type { PageColumns } from './scan-page.ts';

/** Where a listing goes on: after a page, or at its beginning. */
export type ListingPosition = {
  readonly continuationToken?: string | undefined;
  readonly startAfter?: string | undefined;
};

/** A listing of all there is below a prefix. Plain data: it is posted to a thread. */
export type ListingTask = {
  readonly target: DataTarget;
  readonly prefix: string;
  readonly from: ListingPosition;
  readonly settings: PageSettings;
};

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
 * All pages, in order; a failure is the last step. The next page is under way while one is read and used. Throttling and
 * broken connections are tried again; expired credentials, regions and clocks are the caller's.
 */
export async function* listPages(task: ListingTask, signal: AbortSignal): AsyncGenerator<ListingStep> {
  const { target, prefix, from, settings } = task;
  const gone = new AbortController();
  const both = AbortSignal.any([signal, gone.signal]);
  const requestOf = (position: ListingPosition): PageRequest => ({ prefix, delimiter: '', ...position });
  const fetch = (position: ListingPosition): Promise<PageOutcome<UnreadPage>> =>
    withPageRetries(attemptsInALongListing, both, () => fetchPage(target, requestOf(position), settings, both));
  try {
    let position = from;
    let fetched = fetch(position);
    for (;;) {
      const { result: unread, serverDateMs } = await fetched;
      if (!unread.ok) {
        yield { type: 'failed', error: unread.error, serverDateMs };
        return;
      }
      const guess = peekToken(unread.value.answer.body);
      const ahead = guess === null ? null : fetch({ continuationToken: guess });
      let page = readPage(unread.value, target, requestOf(position), settings);
      if (!page.ok && page.error.code === 'ResponseTruncated') page = await askAgain(task, requestOf(position), both);
      if (page.ok) page = withoutCircle(page, position, task);
      if (!page.ok) {
        yield { type: 'failed', error: page.error, serverDateMs };
        return;
      }
      const { continuationToken } = page.value;
      const next = continuationToken === null ? null : { continuationToken };
      // A token that only looked like one; what was asked for with it is of no use.
      if (next !== null) fetched = ahead !== null && guess === continuationToken ? ahead : fetch(next);
      yield { type: 'page', columns: page.value, next, serverDateMs };
      if (next === null) return;
      position = next;
    }
  } finally {
    gone.abort();
  }
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
