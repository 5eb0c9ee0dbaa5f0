import type { Clock, Random } from '../../../shared/domain/clock.ts';
import type { ConnectionId, RuleId } from '../../../shared/domain/ids.ts';
import { type AppError, appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { pause } from '../../pause.ts';
import { type ConnectionOpener, serverAddress } from '../../s3/open-connection.ts';
import type { TakeChanges, WatchedBucketRule, WatchStatus } from '../change-source.ts';
import { coverName } from '../index/cover.ts';
import { countPresent } from '../count-present.ts';
import { keysOf } from '../match.ts';
import type { ObjectIndex, ObjectIndexes } from '../object-index.ts';
import { deliverChanges } from '../deliver-changes.ts';
import { hastenUnserved, type ListingState, noteFailure, noteLook, regroup } from './listing-states.ts';
import { type BucketLook, lookAtBucket } from './look-at-bucket.ts';
import { type Due, retryDelayMs, untilDue } from './next-look.ts';
import type { Slots } from './slots.ts';

export type BucketPlaceOptions = {
  readonly connectionId: ConnectionId;
  readonly bucket: string;
  /** Of its index. */
  readonly filePath: string;
  readonly opener: ConnectionOpener;
  readonly indexes: ObjectIndexes;
  readonly clock: Clock;
  readonly random: Random;
  /** Shared with other buckets. */
  readonly slots: Slots;
  readonly take: TakeChanges;
  readonly onChanged: (ruleIds: readonly RuleId[]) => void;
  readonly onUnexpected: (thrown: unknown) => void;
};

/** Looks at one bucket, at one of its listings after the other, and hands over what was found. See ChangeSource. */
export type BucketPlace = {
  /** Without rules its index is removed. */
  watch(rules: readonly WatchedBucketRule[]): void;
  status(ruleId: RuleId): WatchStatus;
  present(ruleId: RuleId): Promise<Result<number>>;
  lookNow(ruleId: RuleId): Promise<Result<void>>;
  close(): Promise<void>;
};

type Waiter = { readonly ruleId: RuleId; resolve(outcome: Result<void>): void };

/** A machine that slept, or whose clock was set, is noticed within that time. */
const longestSleepMs = 60_000;

export function createBucketPlace(options: BucketPlaceOptions): BucketPlace {
  const { connectionId, bucket, filePath, opener, indexes, clock, random, slots } = options;
  const closing = new AbortController();
  let alarm = new AbortController();
  let rules: readonly WatchedBucketRule[] = [];
  let states: ReadonlyMap<string, ListingState> = new Map();
  let waiters: readonly Waiter[] = [];
  let index: ObjectIndex | null = null;
  let served: ReadonlyMap<string, number> = new Map();
  /** Of the index or of whoever takes changes: it keeps all listings waiting. */
  let trouble: { readonly error: AppError; readonly failures: number; readonly due: Due } | null = null;
  let running: Promise<void> | null = null;

  const changed = (of: readonly WatchedBucketRule[]): void => options.onChanged(of.map(({ ruleId }) => ruleId));
  const unexpected = (thrown: unknown): Result<never> => {
    options.onUnexpected(thrown);
    return err(appError('UnexpectedFailure', { bucket }, thrown, 'backoff'));
  };
  /** Those that are told the outcome wait no longer. */
  const settle = (outcome: Result<void>, of: (waiter: Waiter) => boolean): void => {
    const settled = waiters.filter(of);
    waiters = waiters.filter((waiter) => !settled.includes(waiter));
    for (const waiter of settled) waiter.resolve(outcome);
  };

  const closeIndex = async (): Promise<void> => {
    const closed = index;
    index = null;
    served = new Map();
    await closed?.close();
  };
  const openIndex = async (): Promise<Result<ObjectIndex>> => {
    if (index !== null) return ok(index);
    if (closing.signal.aborted) return cancelled(bucket);
    const opened = await indexes.open(filePath);
    if (opened.ok) index = opened.value;
    return opened;
  };

  /** The index is open, knows no marks of rules that are gone, and has nothing that could be handed over. */
  const beReady = async (): Promise<Result<ObjectIndex>> => {
    const opened = await openIndex();
    if (!opened.ok) return opened;
    const known = await opened.value.servedMarks();
    if (!known.ok) return known;
    served = known.value;
    const delivered = await deliverChanges(opened.value, {
      place: { type: 'bucket', connectionId, bucket },
      take: options.take,
      signal: closing.signal,
    });
    if (!delivered.ok) return delivered;
    const wanted = new Set(rules.flatMap(({ marks }) => marks.map(({ id }) => id)));
    const dropped = [...served.keys()].filter((id) => !wanted.has(id));
    if (dropped.length === 0) return opened;
    const gone = await opened.value.dropMarks(dropped);
    return gone.ok ? opened : gone;
  };
  const getReady = async (): Promise<Result<ObjectIndex>> => {
    const ready = await beReady().catch(unexpected);
    if (ready.ok) {
      if (trouble !== null) {
        trouble = null;
        changed(rules);
      }
      return ready;
    }
    const { error } = ready;
    const failures = (trouble?.failures ?? 0) + 1;
    const delayMs = retryDelayMs({ failures, error, tookMs: 0, chance: random.next() });
    trouble = { error, failures, due: { fromMs: clock.nowMs(), delayMs } };
    if (error.code === 'DatabaseCorrupt') await closeIndex();
    changed(rules);
    return ready;
  };

  const lookAt = async (state: ListingState, in_: ObjectIndex): Promise<Result<BucketLook>> => {
    const connection = await opener.open(connectionId);
    if (!connection.ok) return connection;
    const { cover } = state.listing;
    const marks = state.listing.rules.flatMap((rule) => rule.marks);
    const request = { cover, marks, lookedAt: serverAddress(connection.value) };
    const look = (at: ObjectIndex) => lookAtBucket(connection.value.store, bucket, at, request, closing.signal);
    const looked = await look(in_);
    if (looked.ok || looked.error.code !== 'SourceChanged') return looked;
    // The connection was edited and leads to another server now, where nothing has been removed: the rules begin there.
    await closeIndex();
    const removed = await indexes.remove(filePath);
    const anew = removed.ok ? await openIndex() : removed;
    return anew.ok ? look(anew.value) : anew;
  };
  const look = async (state: ListingState, ready: ObjectIndex): Promise<void> => {
    const giveBack = await slots.take();
    const name = coverName(state.listing.cover);
    if (closing.signal.aborted || states.get(name) !== state) return giveBack();
    const startedMs = clock.nowMs();
    const { rules: of } = state.listing;
    const isShared = ({ ruleId }: { readonly ruleId: RuleId }): boolean => of.some((rule) => rule.ruleId === ruleId);
    // Who asks from now on asks for what this look may have passed already.
    const sharing = new Set(waiters.filter(isShared));
    const looked = await lookAt(state, ready).catch(unexpected);
    giveBack();
    const times = { startedMs, endedMs: clock.nowMs() };
    if (closing.signal.aborted) return;
    if (looked.ok) noteLook(state, looked.value, times, random);
    else noteFailure(state, looked.error, times, random);
    if (!looked.ok && looked.error.code === 'DatabaseCorrupt') await closeIndex();
    const delivered: Result<unknown> = looked.ok ? await getReady() : looked;
    settle(delivered.ok ? ok() : delivered, (waiter) => sharing.has(waiter));
    changed(state.listing.rules);
  };

  const remainingMs = (state: { due: Due | null }): number => {
    if (state.due === null) return Number.POSITIVE_INFINITY;
    const until = untilDue(state.due, clock.nowMs());
    state.due = until.due;
    return until.remainingMs;
  };
  const isAskedFor = ({ listing }: ListingState): boolean =>
    listing.rules.some(({ ruleId }) => waiters.some((waiter) => waiter.ruleId === ruleId));

  /** Does what is due, and says how long nothing else is. */
  const step = async (): Promise<number> => {
    if (rules.length === 0) {
      await closeIndex();
      trouble = null;
      // What cannot be removed now is in nobody's way.
      await indexes.remove(filePath);
      return Number.POSITIVE_INFINITY;
    }
    if (trouble !== null && waiters.length === 0) {
      const troubled: { due: Due | null } = { due: trouble.due };
      const waitMs = remainingMs(troubled);
      trouble = { ...trouble, due: troubled.due ?? trouble.due };
      if (waitMs > 0) return waitMs;
    }
    const ready = await getReady();
    if (!ready.ok) {
      settle(ready, () => true);
      return 0;
    }
    for (const state of states.values()) hastenUnserved(state, served, clock.nowMs());
    let next: ListingState | undefined;
    let waitMs = Number.POSITIVE_INFINITY;
    for (const state of states.values()) {
      const stateWaitMs = isAskedFor(state) ? 0 : remainingMs(state);
      if (stateWaitMs < waitMs) [next, waitMs] = [state, stateWaitMs];
    }
    if (next !== undefined && waitMs === 0) await look(next, ready.value);
    return waitMs;
  };
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      alarm = new AbortController();
      const waitMs = await step().catch((thrown: unknown) => {
        settle(unexpected(thrown), () => true);
        return longestSleepMs;
      });
      if (waitMs > 0) await sleep(waitMs);
    }
  };
  const sleep = async (waitMs: number): Promise<void> => {
    const { signal } = alarm;
    if (waitMs < Number.POSITIVE_INFINITY) await pause(clock, Math.min(waitMs, longestSleepMs), signal);
    else if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  };

  return {
    watch(next) {
      rules = next;
      states = regroup(states, rules, clock.nowMs(), random);
      settle(cancelled(bucket), ({ ruleId }) => !rules.some((rule) => rule.ruleId === ruleId));
      running ??= rules.length === 0 ? null : run();
      alarm.abort();
    },
    status(ruleId) {
      const state = [...states.values()].find(({ listing }) => listing.rules.some((rule) => rule.ruleId === ruleId));
      const { due = null, last = null } = state ?? {};
      return {
        lastLookMs: last?.startedMs ?? null,
        nextLookMs: due === null ? null : Math.round(due.fromMs + due.delayMs),
        objects: last?.look.objects ?? null,
        requests: last?.look.requests ?? null,
        sharedWith: (state?.listing.rules ?? []).map((rule) => rule.ruleId).filter((id) => id !== ruleId),
        problem: state?.problem ?? trouble?.error ?? null,
        notice: null,
      };
    },
    async present(ruleId) {
      const rule = rules.find((one) => one.ruleId === ruleId);
      // Opened here it would be opened twice.
      if (rule === undefined || index === null) return err(appError('Cancelled', { bucket }));
      return countPresent(index, keysOf(rule.trigger));
    },
    lookNow(ruleId) {
      if (closing.signal.aborted || !rules.some((rule) => rule.ruleId === ruleId))
        return Promise.resolve(cancelled(bucket));
      return new Promise((resolve) => {
        waiters = [...waiters, { ruleId, resolve }];
        alarm.abort();
      });
    },
    async close() {
      closing.abort();
      alarm.abort();
      // Fails a look whose listing hangs.
      await closeIndex();
      await running;
      settle(cancelled(bucket), () => true);
    },
  };
}

function cancelled(bucket: string): Result<never> {
  return err(appError('Cancelled', { bucket }));
}
