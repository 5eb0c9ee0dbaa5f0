import { compareKeys } from '../../../../../shared/domain/key-order.ts';
import { keyAhead } from './key-pace.ts';
import { beginRange, hasReached, type Range } from './ranges.ts';
import { type FanOut, type FanOutCommand, isSlow, type Step } from './state.ts';

/** [L1] A listing that is over with so many pages is never split. */
const pagesFirst = 4;
/** What one range is to bring, so that eight of them fit in what may be held. */
const pagesOfRange = 6;
/** A range this long is not worth another. */
const pagesLeftAlone = 9;
/** [L6] Pages held, and under way, that cannot be delivered yet. */
export const mostHeld = 64;
/** The range that is delivered goes on whatever the others hold. */
const mostHeldByGuesses = 60;
/** Pages that are delivered before they are taken; one is under way beside them. */
const untakenToGoOn = 2;
const guessesFirst = 2;

/** Gives requests to where they help first: the range that is delivered, then what is nearest after it. */
export function askForPages(state: FanOut): Step {
  const commands: FanOutCommand[] = [];
  let now = state;
  let unfinished = 0;
  let untold = 0;
  // The nearest range that is not finished has a request whatever the others do: all the rest waits for it.
  let reserved = 1;
  for (let index = 0; index < now.ranges.length && unfinished < now.limit; index += 1) {
    const range = now.ranges[index] as Range;
    const bound = now.ranges[index + 1]?.startAfter ?? null;
    untold = range.hasBegun ? 0 : untold + 1;
    if (range.next === null || hasReached(range, bound)) continue;
    unfinished += 1;
    const mayAsk = unfinished === 1 ? now.untaken < untakenToGoOn : hasRoom(now, reserved);
    if (mayAsk && !range.isAsking && range.failure === null) now = ask(now, index, commands);
    if (unfinished === 1 && now.ranges[index]?.isAsking === true) reserved = 0;
    if (!isWide(now, range, bound)) continue;
    const key =
      unfinished < now.limit && untold < now.trust && mayGuess(now, reserved)
        ? guessAhead(now, range, pagesOfRange)
        : null;
    // What lies beyond would be held for long.
    if (key === null) break;
    now = split(now, index, key);
  }
  return { state: now, commands };
}

/** Whether the page after the one that is coming would be asked for as soon as it is there: nothing else is going on. */
export function isAskedNext({ ranges, untaken }: FanOut): boolean {
  return ranges.length === 1 && untaken + 1 < untakenToGoOn;
}

function hasRoom(state: FanOut, reserved: number): boolean {
  const asking = state.ranges.filter(({ isAsking }) => isAsking).length + reserved;
  return asking < state.limit && held(state) + asking < mostHeldByGuesses;
}

/** Whether there is enough between what the range has and the next one for another. */
function isWide(state: FanOut, range: Range, bound: string | null): boolean {
  if (!state.maySplit || state.pagesCome < pagesFirst || !isSlow(state)) return false;
  if (bound === null) return true;
  const far = guessAhead(state, range, pagesLeftAlone);
  return far !== null && compareKeys(far, bound) < 0;
}

function mayGuess(state: FanOut, reserved: number): boolean {
  // [L2] Each may cost a request that the listing would not have needed.
  return hasRoom(state, reserved) && state.guesses < guessesFirst + (state.pagesCome - state.guesses) / 2;
}

function guessAhead(state: FanOut, { pace, lastKey, startAfter }: Range, pages: number): string | null {
  const known = pace ?? state.pace;
  const at = lastKey ?? startAfter;
  return known === null || at === null ? null : keyAhead(known, at, pages);
}

function split(state: FanOut, index: number, startAfter: string): FanOut {
  const fresh = beginRange(state.nextId, startAfter, { startAfter });
  const ranges = [...state.ranges.slice(0, index + 1), fresh, ...state.ranges.slice(index + 1)];
  return { ...state, ranges, nextId: state.nextId + 1, guesses: state.guesses + 1 };
}

function ask(state: FanOut, index: number, commands: FanOutCommand[]): FanOut {
  const range = state.ranges[index] as Range;
  commands.push({ type: 'ask', rangeId: range.id, position: range.next ?? {} });
  return { ...state, ranges: state.ranges.with(index, { ...range, isAsking: true }) };
}

function held({ ranges, untaken, pending }: FanOut): number {
  return ranges.reduce((sum, { pages }) => sum + pages.length, untaken + pending.length);
}
