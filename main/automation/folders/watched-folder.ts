import type { Clock, Random } from '../../../shared/domain/clock.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import { type AppError, appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { TakeChanges, WatchedFolderRule, WatchStatus } from '../change-source.ts';
import { countPresent } from '../count-present.ts';
import type { ObjectIndex, ObjectIndexes, RuleKeys } from '../object-index.ts';
import { createFolderDelivery } from './folder-delivery.ts';
import type { FolderFiles } from './folder-files.ts';
import type { FolderNotes } from './folder-identity.ts';
import { createIdentityKeeper } from './folder-identity-keeper.ts';
import type { FolderWatching } from './folder-watching.ts';
import { isIgnoredKey } from './ignored-names.ts';
import { lookAtFolder } from './look-at-folder.ts';
import { afterBugMs, lookPause, minSpacingMs, retryPause, rootCheckMs } from './look-timing.ts';
import { createPendingFiles } from './pending-files.ts';
import { hinted, settlingOf } from './settle.ts';
import { settleDue } from './settle-due.ts';
import { createWatchOrPoll } from './watch-or-poll.ts';

export type WatchedFolderOptions = {
  readonly folder: string;
  readonly indexPath: string;
  readonly notes: FolderNotes;
  readonly indexes: ObjectIndexes;
  readonly clock: Clock;
  readonly random: Random;
  readonly files: FolderFiles;
  readonly watching: FolderWatching;
  readonly take: TakeChanges;
  readonly reconcileMs: number;
  readonly maxPending: number;
  readonly maxWatchedFiles: number;
  /** Nothing of the index is touched before. */
  readonly after: Promise<unknown>;
  onChanged(ruleIds: readonly RuleId[]): void;
  onUnexpected(error: unknown): void;
};

/** One folder with the rules on it; see ChangeSource. */
export type WatchedFolder = {
  setRules(rules: readonly WatchedFolderRule[]): void;
  status(ruleId: RuleId): WatchStatus;
  present(keys: RuleKeys): Promise<Result<number>>;
  lookNow(): Promise<Result<void>>;
  close(): Promise<void>;
};

const never = Number.POSITIVE_INFINITY;
export function createWatchedFolder(options: WatchedFolderOptions): WatchedFolder {
  const { folder, files, clock, random } = options;
  const identity = createIdentityKeeper(folder, files, options.notes);
  const pending = createPendingFiles(options.maxPending);
  const abort = new AbortController();
  const watch = createWatchOrPoll({ ...options, changed: hintAt, lostCount: requestLook });
  const delivery = createFolderDelivery({
    ...options,
    identity,
    signal: abort.signal,
    openIndex,
    changed: () => tell(),
  });

  let rules: readonly WatchedFolderRule[] = [];
  let index: ObjectIndex | null = null;
  let waiting: ((result: Result<void>) => void)[] = [];
  let running: Promise<void> | null = null;
  let cancelTimer = () => {};

  /** When the next look is due by itself, and when somebody wants one before that. */
  let lookDueMs = never;
  let lookWantedMs = never;
  let rootDueMs = never;
  /** The folder is there and was looked at, or is being: what happens in it is noted. */
  let isUp = false;
  let failures = 0;
  let clockMs = Number.NEGATIVE_INFINITY;

  let last: { readonly atMs: number; readonly tookMs: number; readonly objects: number } | null = null;
  let lookProblem: AppError | null = null;

  const onRules = () => rules.filter(({ isOn }) => isOn);
  /** A rule begins with a whole look, and so does a new index: before it, single files say nothing ([A4]). */
  const settleDueMs = () => (isUp && last !== null && index !== null ? pending.nextDueMs() : never);
  /** A look that failed is tried again at its own time. */
  const nextLookMs = () => Math.min(lookDueMs, failures > 0 ? never : lookWantedMs);
  const tell = () => options.onChanged(rules.map(({ ruleId }) => ruleId));

  const settling = () => settlingOf(onRules().length > 0 ? onRules() : rules, watch.isRemote());

  function hintAt(key: string): void {
    if (!isUp || isIgnoredKey(key) || !key.isWellFormed()) return;
    if (pending.set(key, hinted(clock.nowMs(), settling()))) schedule();
    else requestLook();
  }

  /** As soon as the distance to the last one allows. */
  function requestLook(): void {
    if (!isUp) return;
    const earliestMs = last === null ? 0 : last.atMs + Math.max(minSpacingMs, 2 * last.tookMs);
    lookWantedMs = Math.min(lookWantedMs, Math.max(clock.nowMs(), earliestMs));
    schedule();
  }

  async function openIndex(): Promise<Result<ObjectIndex>> {
    await options.after;
    if (index !== null) return ok(index);
    const opened = await options.indexes.open(options.indexPath);
    if (opened.ok) index = opened.value;
    return opened;
  }

  async function deliver(): Promise<Result<void>> {
    return closeIfCorrupt(await delivery.deliver());
  }

  /** Opened again, it begins anew ([A9]). */
  async function closeIfCorrupt<T>(result: Result<T>): Promise<Result<T>> {
    if (result.ok || result.error.code !== 'DatabaseCorrupt') return result;
    const corrupt = index;
    index = null;
    await corrupt?.close();
    return result;
  }

  /** Nothing it has told of is known any more to be so. */
  async function goDown(): Promise<void> {
    isUp = false;
    rootDueMs = never;
    pending.clear();
    await watch.close();
  }

  async function look(byPerson: boolean): Promise<Result<number>> {
    const those = byPerson ? rules : onRules();
    const opened = await openIndex();
    if (!opened.ok) return opened;
    const checked = await identity.check(byPerson, () => delivery.deliver());
    // A disk that is missing in it need not be walked for.
    const confirmed = checked.ok ? await identity.confirm() : checked;
    if (!checked.ok || !confirmed.ok) {
      await goDown();
      return confirmed as Result<never>;
    }
    if (checked.value.isOther) await goDown();
    if (byPerson) watch.forgetLimit();
    isUp = true;
    await watch.begin(onRules(), last?.objects ?? null);
    const recursive = those.some(({ trigger }) => trigger.recursive);
    const looked = await lookAtFolder({
      folder,
      root: checked.value.root,
      files,
      index: opened.value,
      pending,
      settling: settling(),
      recursive,
      rules,
      signal: abort.signal,
      nowMs: () => clock.nowMs(),
      overflowed: requestLook,
      confirm: () => identity.confirm(),
    });
    if (looked.ok) {
      const kept = recursive ? await identity.keepMounts(looked.value.mounts) : ok();
      if (!kept.ok) return kept;
      // Not before the first look: it says whether there are too many files.
      await watch.begin(onRules(), looked.value.files);
      return ok(looked.value.files);
    }
    if (!(await identity.confirm()).ok) await goDown();
    return looked;
  }

  async function lookStep(): Promise<void> {
    const asking = waiting;
    waiting = [];
    lookWantedMs = never;
    if (asking.length === 0 && onRules().length === 0) {
      lookDueMs = never;
      return;
    }
    const startMs = clock.nowMs();
    let ended: Result<void> = err(appError('UnexpectedFailure', { path: folder }));
    try {
      const looked = await closeIfCorrupt(await look(asking.length > 0));
      planNextLook(looked, clock.nowMs() - startMs);
      if (onRules().length === 0) await goDown();
      const delivered = looked.ok ? await deliver() : looked;
      ended = looked.ok && delivered.ok ? await identity.taken() : delivered;
      tell();
    } finally {
      for (const answer of asking) answer(ended);
    }
  }

  function planNextLook(looked: Result<number>, tookMs: number): void {
    const nowMs = clock.nowMs();
    failures = looked.ok ? 0 : failures + 1;
    lookProblem = looked.ok ? null : looked.error;
    if (looked.ok) last = { atMs: nowMs, tookMs: Math.max(0, tookMs), objects: looked.value };
    const pause = looked.ok
      ? lookPause(tookMs, watch.isPolling() ? null : options.reconcileMs, random)
      : retryPause(failures, tookMs, !isUp);
    lookDueMs = onRules().length > 0 ? nowMs + pause : never;
    rootDueMs = isUp ? nowMs + rootCheckMs : never;
  }

  async function settleStep(): Promise<void> {
    const opened = await openIndex();
    const settled = opened.ok
      ? await settleDue({
          ...options,
          index: opened.value,
          pending,
          settling: settling(),
          confirm: () => identity.confirm(),
          nowMs: () => clock.nowMs(),
        })
      : opened;
    await closeIfCorrupt(settled);
    // What went wrong is found and told by a look.
    if (!settled.ok || settled.value.needsLook) requestLook();
    if (settled.ok && settled.value.updated > 0) await deliver();
  }

  async function rootStep(): Promise<void> {
    rootDueMs = clock.nowMs() + rootCheckMs;
    if (!(await identity.confirm()).ok) requestLook();
  }

  /** What was to come then may be far away now: everything is looked at instead. */
  function noteClock(nowMs: number): void {
    const isSetBack = nowMs < clockMs;
    clockMs = nowMs;
    if (!isSetBack) return;
    pending.clear();
    lookWantedMs = never;
    if (lookDueMs !== never) lookDueMs = nowMs;
    if (rootDueMs !== never) rootDueMs = nowMs + rootCheckMs;
    if (delivery.dueMs() !== never) delivery.postpone(nowMs);
    if (last !== null) last = { ...last, atMs: nowMs };
  }

  function nextStep(): (() => Promise<void>) | null {
    const nowMs = clock.nowMs();
    noteClock(nowMs);
    if (abort.signal.aborted) return null;
    if (waiting.length > 0) return lookStep;
    if (delivery.dueMs() <= nowMs) return async () => void (await deliver());
    if (nextLookMs() <= nowMs) return lookStep;
    if (settleDueMs() <= nowMs) return settleStep;
    return isUp && rootDueMs <= nowMs ? rootStep : null;
  }

  async function run(): Promise<void> {
    for (let step = nextStep(); step !== null; step = nextStep()) {
      try {
        await step();
      } catch (error) {
        options.onUnexpected(error);
        lookWantedMs = never;
        lookDueMs = clock.nowMs() + afterBugMs;
        delivery.postpone(lookDueMs);
        await goDown().catch((failure: unknown) => options.onUnexpected(failure));
      }
    }
  }

  /** Goes on as soon as anything is due. */
  function schedule(): void {
    cancelTimer();
    if (running !== null || abort.signal.aborted) return;
    const upMs = Math.min(settleDueMs(), isUp ? rootDueMs : never);
    const dueMs = waiting.length > 0 ? 0 : Math.min(nextLookMs(), delivery.dueMs(), upMs);
    if (dueMs === never) return;
    cancelTimer = clock.setTimer(Math.max(0, dueMs - clock.nowMs()), () => {
      running ??= run().finally(() => {
        running = null;
        schedule();
      });
    });
  }

  return {
    setRules(next) {
      const before = new Map(rules.map((rule) => [rule.ruleId, JSON.stringify(rule)]));
      rules = next;
      const on = onRules();
      const isChanged = on.some((rule) => before.get(rule.ruleId) !== JSON.stringify(rule));
      if (on.length === 0) {
        [lookDueMs, lookWantedMs, rootDueMs] = [never, never, never];
        [isUp, lookProblem] = [false, null];
        pending.clear();
        void watch.close().catch((error: unknown) => options.onUnexpected(error));
      } else if (isChanged) lookDueMs = clock.nowMs();
      schedule();
    },
    status: (ruleId) => ({
      lastLookMs: last?.atMs ?? null,
      nextLookMs: nextLookMs() === never ? null : nextLookMs(),
      objects: last?.objects ?? null,
      requests: null,
      sharedWith: rules.map((rule) => rule.ruleId).filter((other) => other !== ruleId),
      problem: lookProblem ?? delivery.problem(),
      notice: watch.notice(),
    }),
    async present(keys) {
      const opened = await openIndex();
      return opened.ok ? countPresent(opened.value, keys) : opened;
    },
    lookNow: () =>
      new Promise((resolve) => {
        if (abort.signal.aborted) return resolve(err(appError('Cancelled')));
        waiting.push(resolve);
        schedule();
      }),
    async close() {
      abort.abort();
      cancelTimer();
      await watch.close();
      await running;
      for (const answer of waiting.splice(0)) answer(err(appError('Cancelled')));
      await index?.close();
    },
  };
}
