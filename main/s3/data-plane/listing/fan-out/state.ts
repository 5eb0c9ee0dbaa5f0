import type { AppError } from '../../../../../shared/errors.ts';
import type { PageColumns } from '../scan-page.ts';
import type { KeyPace } from './key-pace.ts';
import { type Marks, noMarks } from './marks.ts';
import { beginRange, type ListedPage, type ListingPosition, type Range } from './ranges.ts';

/**
 * A listing of all there is below a prefix, in order, as a state machine: pure. It asks for one page after another for as
 * long as those come fast; else it guesses keys that are further on and lists from several at once ([L1]-[L6]).
 */
export type FanOut = {
  /** In the order of their keys. The first is the one that is delivered. */
  readonly ranges: readonly Range[];
  /** So many rows of its first page were delivered by the range before. */
  readonly skippedRows: number;
  /** What has been taken of pages so far and makes no whole one yet. */
  readonly pending: readonly Piece[];
  /** Pages that were delivered and not yet taken. */
  readonly untaken: number;
  /** False for good once the server has not done what a fan-out needs. */
  readonly maySplit: boolean;
  /** Requests at once. */
  readonly limit: number;
  /** Pages since the server has last asked for less, or the limit was last raised. */
  readonly calmPages: number;
  readonly pagesCome: number;
  /** Guesses, over all. */
  readonly guesses: number;
  /** Guesses that the range before did not meet. */
  readonly missed: number;
  /** Of the last pages. */
  readonly tookMs: readonly number[];
  /** So many guesses are made from one another, before their first keys have come. */
  readonly trust: number;
  /** Of what has been delivered. */
  readonly marks: Marks;
  readonly pace: KeyPace | null;
  readonly nextId: number;
};

export type Piece = { readonly page: ListedPage; readonly from: number; readonly to: number };

export type FanOutEvent =
  | { readonly type: 'begun' }
  /** `tookMs`: from the request until its answer was there. */
  | { readonly type: 'page'; readonly rangeId: number; readonly page: ListedPage; readonly tookMs: number }
  | { readonly type: 'failed'; readonly rangeId: number; readonly error: AppError; readonly serverDateMs: number }
  /** The server wants less; what it was asked for is asked for again. */
  | { readonly type: 'throttled' }
  /** A page that was delivered has been taken. */
  | { readonly type: 'taken' };

export type FanOutCommand =
  | { readonly type: 'ask'; readonly rangeId: number; readonly position: ListingPosition }
  /** What it was asked for is of no use any more. */
  | { readonly type: 'drop'; readonly rangeId: number }
  /** `next`: where the listing goes on after it; null when this is the end. */
  | {
      readonly type: 'deliver';
      readonly columns: PageColumns;
      readonly next: ListingPosition | null;
      readonly serverDateMs: number;
    }
  /** After all that could be delivered. */
  | { readonly type: 'fail'; readonly error: AppError; readonly serverDateMs: number };

export type Step = { readonly state: FanOut; readonly commands: readonly FanOutCommand[] };

/** Requests at once, unless the server wants less. */
export const mostRequests = 8;
export const pagesTimed = 5;
const slowMs = 20;
const trustFirst = 4;

export function planFanOut(from: ListingPosition, maySplit: boolean): FanOut {
  return {
    ranges: [beginRange(0, null, from)],
    skippedRows: 0,
    pending: [],
    untaken: 0,
    maySplit,
    limit: mostRequests,
    calmPages: 0,
    pagesCome: 0,
    guesses: 0,
    missed: 0,
    tookMs: [],
    trust: trustFirst,
    marks: noMarks,
    pace: null,
    nextId: 1,
  };
}

/** [L1] Whether pages take so long that it is worth it; half of the last ones do. */
export function isSlow({ tookMs }: FanOut): boolean {
  const median = tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length / 2)];
  return tookMs.length >= 3 && median !== undefined && median > slowMs;
}
