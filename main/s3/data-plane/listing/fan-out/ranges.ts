import type { AppError } from '../../../../../shared/errors.ts';
import { beyondPlainOrder, compareKeys } from '../../../../../shared/domain/key-order.ts';
import type { PageColumns } from '../scan-page.ts';
import type { KeyPace } from './key-pace.ts';
import { type Marks, noMarks, paceOfMarks, withMark } from './marks.ts';

/** Where a listing goes on: after a page, or at its beginning. */
export type ListingPosition = {
  readonly continuationToken?: string | undefined;
  readonly startAfter?: string | undefined;
};

export type ListedPage = { readonly columns: PageColumns; readonly serverDateMs: number };

/**
 * A part of a listing: what comes after a key, page after page, until it has met what comes after the next range's. Plain
 * data. Ranges but the first are guesses: what they bring counts once the one before has met it (see deliver.ts).
 */
export type Range = {
  readonly id: number;
  /** Null of the one that began where the listing did. */
  readonly startAfter: string | null;
  /** Where the next page is; null when the server has no more. */
  readonly next: ListingPosition | null;
  readonly isAsking: boolean;
  /** A key has come, or the end without one. */
  readonly hasBegun: boolean;
  /** Of the last page that came. */
  readonly lastKey: string | null;
  /** Pages that came and were not delivered. */
  readonly pages: readonly ListedPage[];
  /** So many came. */
  readonly pagesCome: number;
  readonly marks: Marks;
  /** Null before it has come far enough to tell. */
  readonly pace: KeyPace | null;
  /** It cannot go on after its pages. */
  readonly failure: { readonly error: AppError; readonly serverDateMs: number } | null;
};

export function beginRange(id: number, startAfter: string | null, next: ListingPosition): Range {
  return {
    id,
    startAfter,
    next,
    isAsking: false,
    hasBegun: false,
    lastKey: null,
    pages: [],
    pagesCome: 0,
    marks: noMarks,
    pace: null,
    failure: null,
  };
}

/** The range with one page more. `measures`: how fast its keys go by. */
export function withPage(range: Range, page: ListedPage, measures: boolean): Range {
  const { keys, continuationToken } = page.columns;
  const next = continuationToken === null ? null : { continuationToken };
  const came = { ...range, isAsking: false, next, pagesCome: range.pagesCome + 1 };
  const last = keys.at(-1);
  if (last === undefined) {
    // Some servers answer with less than they could; of a guess only keys are of use.
    const isOfUse = range.startAfter === null || range.hasBegun || next === null;
    return {
      ...came,
      hasBegun: range.hasBegun || next === null,
      pages: isOfUse ? [...range.pages, page] : range.pages,
    };
  }
  const marks = measures ? withMark(range.marks, keys) : noMarks;
  return {
    ...came,
    hasBegun: true,
    lastKey: last,
    pages: [...range.pages, page],
    marks,
    pace: paceOfMarks(marks, keys),
  };
}

/** Whether the range has met what comes after `bound`. */
export function hasReached({ lastKey }: Range, bound: string | null): boolean {
  return bound !== null && lastKey !== null && compareKeys(lastKey, bound) > 0;
}

/** As S3 lists them, after `after`: in the order of their UTF-8 bytes. */
export function isAscending(keys: readonly string[], after: string | null): boolean {
  const [first] = keys;
  if (first === undefined) return true;
  if (after !== null && compareKeys(first, after) <= 0) return false;
  let before = first;
  for (let row = 1; row < keys.length; row += 1) {
    const key = keys[row] as string;
    if ((before >= key || beyondPlainOrder.test(key)) && compareKeys(key, before) <= 0) return false;
    before = key;
  }
  return true;
}
