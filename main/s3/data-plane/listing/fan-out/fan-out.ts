import { compareKeys } from '../../../../../shared/domain/key-order.ts';
import { askForPages } from './ask-for-pages.ts';
import { deliver } from './deliver.ts';
import { keyAhead } from './key-pace.ts';
import { isAscending, type ListedPage, type Range, withPage } from './ranges.ts';
import {
  type FanOut,
  type FanOutCommand,
  type FanOutEvent,
  isSlow,
  mostRequests,
  pagesTimed,
  type Step,
} from './state.ts';

/** What a guess meets within so many pages was to be expected there. */
const pagesOfLuck = 2;

/** What an event makes of a listing, and what is to be done about it. Pure. */
export function step(state: FanOut, event: FanOutEvent): Step {
  const noted = note(state, event);
  const delivered = deliver(noted);
  const asked = askForPages(delivered.state);
  const kept = new Set(asked.state.ranges.map(({ id }) => id));
  const dropped = state.ranges.filter(({ id, isAsking }) => isAsking && !kept.has(id));
  const drops = dropped.map(({ id }): FanOutCommand => ({ type: 'drop', rangeId: id }));
  return { state: asked.state, commands: [...drops, ...delivered.commands, ...asked.commands] };
}

function note(state: FanOut, event: FanOutEvent): FanOut {
  switch (event.type) {
    case 'begun':
      return state;
    case 'taken':
      return { ...state, untaken: state.untaken - 1 };
    case 'throttled':
      return { ...state, limit: Math.max(1, Math.floor(state.limit / 2)), calmPages: 0 };
    case 'failed':
      return noteFailure(state, event);
    case 'page':
      return notePage(state, event);
  }
}

function noteFailure(state: FanOut, { rangeId, error, serverDateMs }: FanOutEvent & { type: 'failed' }): FanOut {
  const index = state.ranges.findIndex(({ id }) => id === rangeId);
  if (index < 0) return state;
  // [L5] A guess is nothing that a listing can fail of: the range before it gets there, or meets the same.
  if (index > 0) return { ...state, ranges: state.ranges.slice(0, index), maySplit: false };
  const failed = { ...(state.ranges[0] as Range), isAsking: false, failure: { error, serverDateMs } };
  return { ...state, ranges: [failed, ...state.ranges.slice(1)] };
}

function notePage(state: FanOut, { rangeId, page, tookMs }: FanOutEvent & { type: 'page' }): FanOut {
  const index = state.ranges.findIndex(({ id }) => id === rangeId);
  const before = state.ranges[index];
  if (before === undefined) return state;
  const timed = calmer({
    ...state,
    tookMs: [...state.tookMs, tookMs].slice(-pagesTimed),
    pagesCome: state.pagesCome + 1,
  });
  const measures = state.ranges.length > 1 || (state.maySplit && isSlow(timed));
  const range = withPage(before, page, measures);
  const ranges = state.ranges.with(index, range);
  // [L4] Not as S3 lists: what was guessed is forgotten, and nothing is any more.
  if (measures && !isAscending(page.columns.keys, before.lastKey ?? before.startAfter))
    return { ...timed, ranges: index === 0 ? [range] : [state.ranges[0] as Range], maySplit: false };
  const isTold = index > 0 && !before.hasBegun && range.hasBegun;
  return { ...timed, ranges, trust: isTold ? trustAfter(state, before, page) : state.trust };
}

/** Raises the limit when nothing has been heard of throttling for a while. */
function calmer(state: FanOut): FanOut {
  const calmPages = state.calmPages + 1;
  if (state.limit >= mostRequests || calmPages < 4 * state.limit) return { ...state, calmPages };
  return { ...state, limit: state.limit + 1, calmPages: 0 };
}

/**
 * Whether a guess has hit where keys are as dense as they were, or in a gap: the next ones are made several at once, or one
 * after another. `range`: with its first keys.
 */
function trustAfter({ pace, trust }: FanOut, { startAfter }: Range, { columns: { keys } }: ListedPage): number {
  const first = keys[0];
  const soon = pace === null || startAfter === null ? null : keyAhead(pace, startAfter, pagesOfLuck);
  const isHit = first !== undefined && (soon === null || compareKeys(first, soon) <= 0);
  return isHit ? Math.min(mostRequests, trust * 2) : 1;
}
