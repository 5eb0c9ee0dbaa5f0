import type { Random } from '../../../shared/domain/clock.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { WatchedBucketRule } from '../change-source.ts';
import { coverIncludes, coverName } from '../index/cover.ts';
import type { BucketLook } from './look-at-bucket.ts';
import { groupListings, type Listing } from './group-listings.ts';
import { type Due, intervalMs, retryDelayMs } from './next-look.ts';

/** How a listing is doing. */
export type ListingState = {
  listing: Listing;
  /** Null: not by itself. */
  due: Due | null;
  /** In a row. */
  failures: number;
  problem: AppError | null;
  /** When the last whole look began, how long it took, and what it found. */
  last: { readonly startedMs: number; readonly tookMs: number; readonly look: BucketLook } | null;
};

const atOnce = (nowMs: number): Due => ({ fromMs: nowMs, delayMs: 0 });

/** The listings of these rules, in place of those before: one of the same cover goes on as it was, a new one is due at once. */
export function regroup(
  before: ReadonlyMap<string, ListingState>,
  rules: readonly WatchedBucketRule[],
  nowMs: number,
  random: Random,
): Map<string, ListingState> {
  const states = new Map<string, ListingState>();
  for (const listing of groupListings(rules)) {
    const name = coverName(listing.cover);
    const state = before.get(name) ?? { listing, due: null, failures: 0, problem: null, last: null };
    const { pollSeconds } = listing;
    const isAsBefore = state.due !== null && (state.failures > 0 || state.listing.pollSeconds === pollSeconds);
    if (pollSeconds === null) state.due = null;
    else if (state.due === null || state.last === null) state.due ??= atOnce(nowMs);
    else if (!isAsBefore) state.due = dueAfter(state.last, pollSeconds, random);
    state.listing = listing;
    states.set(name, state);
  }
  return states;
}

/** What is new in a listing is looked at as soon as that may be, so that a rule begins when it was saved. */
export function hastenUnserved(state: ListingState, served: ReadonlyMap<string, number>, nowMs: number): void {
  const { rules, cover } = state.listing;
  if (state.due === null || state.failures > 0) return;
  const isUnserved = ({ isOn, marks }: WatchedBucketRule): boolean =>
    isOn && marks.some((mark) => !served.has(mark.id) && coverIncludes(cover, mark.cover));
  if (rules.some(isUnserved)) state.due = atOnce(nowMs);
}

export function noteLook(
  state: ListingState,
  look: BucketLook,
  { startedMs, endedMs }: { readonly startedMs: number; readonly endedMs: number },
  random: Random,
): void {
  const { pollSeconds } = state.listing;
  state.last = { startedMs, tookMs: Math.max(0, endedMs - startedMs), look };
  [state.failures, state.problem] = [0, null];
  state.due = pollSeconds === null ? null : dueAfter(state.last, pollSeconds, random);
}

export function noteFailure(
  state: ListingState,
  error: AppError,
  { startedMs, endedMs }: { readonly startedMs: number; readonly endedMs: number },
  random: Random,
): void {
  state.failures += 1;
  state.problem = error;
  const { failures } = state;
  const delayMs = retryDelayMs({ failures, error, tookMs: endedMs - startedMs, chance: random.next() });
  state.due = state.listing.pollSeconds === null ? null : { fromMs: endedMs, delayMs };
}

function dueAfter(last: NonNullable<ListingState['last']>, pollSeconds: number, random: Random): Due {
  return { fromMs: last.startedMs, delayMs: intervalMs({ pollSeconds, tookMs: last.tookMs, chance: random.next() }) };
}
