import { compareKeys } from '../../../../../shared/domain/key-order.ts';
import type { PageColumns } from '../scan-page.ts';
import { type FanOut, type FanOutCommand, isSlow, type Piece, type Step } from './state.ts';
import { paceOfMarks, withMark } from './marks.ts';
import { type ListedPage, type ListingPosition, type Range } from './ranges.ts';

/** A guess may be missed because a key came or went just there; more than this is the server. */
const mostMissed = 2;

/**
 * Hands out what is next in the listing. The first range goes on until it has a key beyond the next one's start, and then
 * gives way to it at a key that both have: what follows that key in one follows it in the other. So the whole is what the
 * first alone would have listed, whatever the server makes of an order or of `start-after` ([L3]). A range that shares no
 * key with the one before is dropped, and the one before goes on.
 */
export function deliver(state: FanOut): Step {
  const commands: FanOutCommand[] = [];
  let now = state;
  for (let moved: FanOut | null = now; moved !== null; moved = deliverOne(now, commands)) now = moved;
  return { state: now, commands };
}

/** One page or one change of ranges; null when there is nothing to do before something comes. */
function deliverOne(state: FanOut, commands: FanOutCommand[]): FanOut | null {
  const [head, following] = state.ranges;
  if (head === undefined) return null;
  const page = head.pages[0];
  if (page === undefined) {
    if (head.failure === null) return null;
    commands.push({ type: 'fail', ...head.failure });
    return { ...state, ranges: [] };
  }
  const { keys, continuationToken } = page.columns;
  const bound = following?.startAfter ?? null;
  const last = keys.at(-1);
  if (bound !== null && last !== undefined && compareKeys(last, bound) > 0) return changeRange(state, page, bound);
  if (following !== undefined && continuationToken === null) return endOfRange(state, page);
  const pieces = [...state.pending, { page, from: state.skippedRows, to: keys.length }];
  const next: ListingPosition | null = continuationToken === null ? null : { continuationToken };
  const columns = joined(pieces);
  commands.push({ type: 'deliver', columns, next, serverDateMs: page.serverDateMs });
  const ranges = next === null ? [] : [{ ...head, pages: head.pages.slice(1) }, ...state.ranges.slice(1)];
  // Only while it may be of use.
  const isMeasured = state.maySplit && columns.keys.length > 0;
  const marks = isMeasured ? withMark(state.marks, columns.keys) : state.marks;
  const pace = isMeasured && isSlow(state) ? paceOfMarks(marks, keys) : state.pace;
  return { ...state, ranges, pending: [], skippedRows: 0, untaken: state.untaken + 1, marks, pace };
}

/** The head's page has keys beyond `bound`, after which the next range begins. */
function changeRange(state: FanOut, page: ListedPage, bound: string): FanOut | null {
  const following = state.ranges[1] as Range;
  if (!following.hasBegun) return null;
  const rowOf = new Map((following.pages[0]?.columns.keys ?? []).map((key, row) => [key, row]));
  const { keys } = page.columns;
  const shared = keys.findIndex(
    (key, row) => row >= state.skippedRows && rowOf.has(key) && compareKeys(key, bound) > 0,
  );
  if (shared < 0) return withoutFollowing(state, 1);
  return enterFollowing(state, page, shared, rowOf.get(keys[shared] as string) ?? 0);
}

/**
 * The server says that nothing comes after the head. Where the next range has found something all the same, it was made
 * meanwhile or the server was wrong, and it is there: leaving it out could take it for deleted.
 */
function endOfRange(state: FanOut, page: ListedPage): FanOut | null {
  const following = state.ranges[1] as Range;
  if (!following.hasBegun) return null;
  if (following.lastKey === null) return withoutFollowing(state, 0);
  return enterFollowing(state, page, page.columns.keys.length, 0);
}

function enterFollowing(state: FanOut, page: ListedPage, to: number, row: number): FanOut {
  const { skippedRows, pending, ranges } = state;
  const pieces = to > skippedRows ? [...pending, { page, from: skippedRows, to }] : pending;
  return { ...state, pending: pieces, ranges: ranges.slice(1), skippedRows: row };
}

function withoutFollowing(state: FanOut, misses: number): FanOut {
  const [head, , ...rest] = state.ranges;
  const missed = state.missed + misses;
  if (missed >= mostMissed) return { ...state, ranges: [head as Range], missed, maySplit: false };
  return { ...state, ranges: [head as Range, ...rest], missed };
}

function joined(pieces: readonly Piece[]): PageColumns {
  const last = pieces.at(-1) as Piece;
  const { columns } = last.page;
  if (pieces.length === 1 && last.from === 0) return columns;
  const all = <T>(column: (of: PageColumns) => readonly T[]): T[] =>
    pieces.flatMap(({ page, from, to }) => column(page.columns).slice(from, to));
  return {
    ...columns,
    keys: all(({ keys }) => keys),
    sizesBytes: all(({ sizesBytes }) => sizesBytes),
    lastModified: all(({ lastModified }) => lastModified),
    etags: all(({ etags }) => etags),
    storageClasses: all(({ storageClasses }) => storageClasses),
    prefixes: all(({ prefixes }) => prefixes),
  };
}
