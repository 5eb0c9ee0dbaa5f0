import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock, Random } from '../../shared/domain/clock.ts';
import { type ConnectionId, type RuleId, ruleIdSchema } from '../../shared/domain/ids.ts';
import type { PathRules } from '../../shared/domain/key-path.ts';
import type { RuleView } from '../../shared/domain/rule.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import type { LocalFiles } from '../transfers/files/local-files.ts';
import type { TransferService } from '../transfers/service.ts';
import type { ChangeSource, TakeChanges, WatchedBucketRule, WatchedFolderRule } from './change-source.ts';
import { resolveRule } from './resolve-rule.ts';
import { createRuleEvents } from './rule-events.ts';
import type { RuleCommandName, RuleHandlers } from './rule-handler.ts';
import type { RuleJournal } from './rule-journal.ts';
import { beginningOf, doesSame, newRuleRecord, samePlace, watchedBuckets, watchedFolders } from './rule-marks.ts';
import type { RulePatch, RuleRecord } from './rule-record.ts';
import { ruleView, runView } from './rule-view.ts';
import type { Side, SideDifference } from './mirror/compare-sides.ts';
import { createMirrors, isOfMirror } from './mirror/mirrors.ts';
import { createRunCommands } from './run-commands.ts';
import { createTrialCommands } from './trial-commands.ts';
import { createHousekeeping } from './housekeeping.ts';
import { createRuleRunner } from './runner/rule-runner.ts';
import type { RunnerDeps } from './runner/runner-deps.ts';
import { bareRun, createScheduleSource } from './schedule-source.ts';
import { createTakeChanges, type IgnoreText } from './take-changes.ts';

export type RuleServiceOptions = {
  readonly journal: RuleJournal;
  readonly transfers: RunnerDeps['transfers'] & Pick<TransferService, 'close'>;
  readonly opener: ConnectionOpener;
  readonly clock: Clock;
  readonly random: Random;
  readonly pathRules: PathRules;
  readonly files: LocalFiles;
  readonly putStream: RunnerDeps['ports']['putStream'];
  readonly audit: RunnerDeps['ports']['audit'];
  readonly connections: {
    /** ConnectionNotFound. */
    readonly idOf: (name: string) => Result<ConnectionId>;
    readonly nameOf: (id: ConnectionId) => string;
  };
  readonly openBuckets: (
    take: TakeChanges,
    onChanged: (rules: readonly RuleId[]) => void,
  ) => ChangeSource<WatchedBucketRule>;
  readonly openFolders: (
    take: TakeChanges,
    onChanged: (rules: readonly RuleId[]) => void,
  ) => ChangeSource<WatchedFolderRule>;
  /** Whether an object is of the audit log; none where left out. */
  readonly isOwnLog?: (key: string) => boolean;
  /** What the ignore file of a folder says; none where left out. */
  readonly ignoreText?: IgnoreText;
  readonly compare: (source: Side, target: Side) => Promise<Result<SideDifference>>;
  /** How long deletions of mirrors wait; five seconds. */
  readonly deletionDelayMs?: number;
  /** Whether everything is paused, kept over restarts. */
  readonly paused: { get(): boolean; set(paused: boolean): Result<void> };
  readonly emit: (event: EngineEvent) => void;
  readonly onUnexpected: (where: string, thrown: unknown) => void;
};

/** The rule commands of the contract, by their names there. */
export type RuleService = RuleHandlers<RuleCommandName> & {
  views(): RuleView[];
  isPaused(): boolean;
  /** Watches and begins nothing any more; the transfers are closed next, then this ends. */
  stop(): void;
  ended(): Promise<void>;
};

export function createRuleService(options: RuleServiceOptions): RuleService {
  const { journal, clock, opener, connections, emit, onUnexpected } = options;
  const rules = new Map<RuleId, RuleRecord>(journal.rules().map((rule) => [rule.id, rule]));
  const closing = new AbortController();
  let isWatching = false;

  const mayRun = (rule: RuleRecord): boolean => rule.enabled && rule.stoppedBy === null && !options.paused.get();
  const all = (): RuleRecord[] => [...rules.values()];
  const statusOf = ({ id, trigger }: RuleRecord) =>
    trigger.type === 'newObject' ? buckets.status(id) : trigger.type === 'folder' ? folders.status(id) : null;
  const view = (rule: RuleRecord): RuleView =>
    ruleView(rule, {
      status: statusOf(rule),
      counts: journal.counts(rule.id),
      nameOf: connections.nameOf,
      nowMs: clock.nowMs(),
    });
  const views = (): RuleView[] => all().map(view);
  const events = createRuleEvents({
    clock,
    emit,
    views,
    isPaused: () => options.paused.get(),
    runOf: (runId) => {
      const run = journal.run(runId);
      return run === null ? null : runView(run, rules.get(run.ruleId), journal);
    },
  });

  function notePatch(ruleId: RuleId, patch: RulePatch): void {
    const rule = rules.get(ruleId);
    if (rule === undefined) return;
    rules.set(ruleId, { ...rule, ...patch });
    events.changed();
    // It has stopped itself: nobody looks for its sake any more.
    if (patch.stoppedBy !== undefined && patch.stoppedBy !== rule.stoppedBy) rewatch();
  }

  const onRuns = (): void => {
    events.changed();
    runner.wake();
  };
  const { ignoreText = async () => ok(''), isOwnLog = () => false } = options;
  const take = createTakeChanges({ ...options, ignoreText, isOwnLog, rules: all, onRuns });
  const housekeeping = createHousekeeping({ journal, clock, rules: all, statusOf, notePatch, onUnexpected });
  const onLooked = (ruleIds: readonly RuleId[]): void => {
    events.changed();
    housekeeping.noteLooks(ruleIds);
  };
  const buckets = options.openBuckets(take, onLooked);
  const folders = options.openFolders(take, onLooked);
  const schedules = createScheduleSource({ journal, clock, rules: all, mayRun, notePatch, onRuns, onUnexpected });
  const runner = createRuleRunner({
    journal,
    transfers: options.transfers,
    opener,
    clock,
    random: options.random,
    pathRules: options.pathRules,
    ports: {
      files: options.files,
      putStream: options.putStream,
      audit: options.audit,
      notify: (ruleId, notice) => emit({ type: 'rules.notice', ruleId, ...notice }),
    },
    rules: all,
    rule: (ruleId) => rules.get(ruleId),
    mayRun,
    notePatch,
    present: ({ id, trigger }) => (trigger.type === 'folder' ? folders : buckets).present(id),
    connectionIdOf: connections.idOf,
    connectionName: connections.nameOf,
    onRunsChanged: (_ruleId, runs) => events.runsChanged(runs),
    onUnexpected,
  });

  const openStore = async (id: ConnectionId): Promise<Result<ObjectStore>> => {
    const opened = await opener.open(id);
    return opened.ok ? ok(opened.value.store) : opened;
  };
  const sides = {
    store: openStore,
    connectionIdOf: connections.idOf,
    files: options.files,
    pathRules: options.pathRules,
    ignoreText,
    signal: closing.signal,
  };
  const mirrors = createMirrors({
    journal,
    clock,
    compare: options.compare,
    latest: (ruleId) => rules.get(ruleId),
    sides,
  });

  /** What is looked at follows the rules. */
  function rewatch(): void {
    if (!isWatching || closing.signal.aborted) return;
    buckets.watch(watchedBuckets(all(), mayRun));
    folders.watch(watchedFolders(all(), mayRun));
    schedules.refresh();
    runner.wake();
  }

  function find(ruleId: RuleId): Result<RuleRecord> {
    const rule = rules.get(ruleId);
    return rule === undefined ? err(appError('RuleNotFound', { ruleId })) : ok(rule);
  }

  async function save(rule: RuleRecord): Promise<Result<{ rule: RuleView }>> {
    const before = rules.get(rule.id);
    // At once: what is noted of it meanwhile is noted of the new one.
    rules.set(rule.id, rule);
    const saved = await journal.saveRule(rule);
    if (!saved.ok) {
      // Unless it has been changed again meanwhile.
      if (rules.get(rule.id) !== rule) return saved;
      if (before === undefined) rules.delete(rule.id);
      else rules.set(rule.id, before);
      return saved;
    }
    rewatch();
    events.changed();
    return ok({ rule: view(rules.get(rule.id) ?? rule) });
  }

  async function patchRule(
    ruleId: RuleId,
    patchOf: (rule: RuleRecord) => RulePatch,
  ): Promise<Result<Record<string, never>>> {
    const rule = find(ruleId);
    if (!rule.ok) return rule;
    const saved = await save({ ...rule.value, ...patchOf(rule.value), updatedMs: clock.nowMs() });
    return saved.ok ? ok({}) : saved;
  }

  function setPaused(paused: boolean): Result<Record<string, never>> {
    const set = options.paused.set(paused);
    if (!set.ok) return set;
    rewatch();
    events.changed();
    return ok({});
  }

  async function lookNow(rule: RuleRecord): Promise<Result<void>> {
    // A command that looks once, in an engine that watches nothing.
    if (!isWatching) {
      const only = (one: RuleRecord): boolean => one.id === rule.id;
      buckets.watch(watchedBuckets(all(), only));
      folders.watch(watchedFolders(all(), only));
    }
    return rule.trigger.type === 'newObject' ? buckets.lookNow(rule.id) : folders.lookNow(rule.id);
  }

  return {
    ...createRunCommands({
      journal,
      clock,
      rule: (ruleId) => rules.get(ruleId),
      find,
      onRunsChanged: (runs) => events.runsChanged(runs),
      onRuns,
    }),
    ...createTrialCommands({ options, journal, clock, rules: all, find, mirrors, sides }),
    views,
    isPaused: () => options.paused.get(),
    list: async () => ok({ rules: views(), allPaused: options.paused.get() }),

    async activate() {
      if (isWatching) return ok({});
      isWatching = true;
      await runner.activate('all');
      rewatch();
      schedules.start();
      housekeeping.start();
      return ok({});
    },

    async add({ rule: given }) {
      const resolved = await resolveRule(given, options);
      if (!resolved.ok) return resolved;
      const { input, connectionId } = resolved.value;
      const id = newRuleId(options.random);
      const beginning = await beginningOf(id, input.trigger, connectionId, { opener, clock });
      const record = newRuleRecord(id, input, connectionId, beginning, clock.nowMs());
      return save(mirrors.unconfirmed(record, null));
    },

    async update({ ruleId, rule: given }) {
      const before = find(ruleId);
      if (!before.ok) return before;
      const resolved = await resolveRule(given, options);
      if (!resolved.ok) return resolved;
      const { input, connectionId } = resolved.value;
      const isSame = samePlace(before.value, input.trigger, connectionId);
      const marks = isSame
        ? before.value.marks
        : await beginningOf(ruleId, input.trigger, connectionId, { opener, clock });
      const nowMs = clock.nowMs();
      const changed = newRuleRecord(ruleId, input, connectionId, marks, before.value.createdMs);
      const wasStopped = before.value.stoppedBy !== null;
      // Removed while it was asked for the server's time, it stays so.
      const now = find(ruleId);
      if (!now.ok) return now;
      const latest = now.value;
      return save({
        ...mirrors.unconfirmed(changed, latest),
        lastLookMs: isSame ? latest.lastLookMs : null,
        revision: latest.revision + (doesSame(latest, changed) ? 0 : 1),
        lastRunMs: latest.lastRunMs,
        scheduleMs: nowMs,
        // Edited, it has another chance.
        ...(wasStopped ? {} : { failuresInRow: latest.failuresInRow }),
        updatedMs: nowMs,
      });
    },

    async remove({ ruleId }) {
      const removed = await journal.removeRule(ruleId);
      if (!removed.ok) return removed;
      rules.delete(ruleId);
      rewatch();
      events.changed();
      await runner.drop(ruleId);
      housekeeping.tidyUp();
      return ok({});
    },

    pause: async ({ ruleId }) =>
      ruleId === undefined ? setPaused(true) : patchRule(ruleId, () => ({ enabled: false })),
    async resume({ ruleId, deletesSeen, deletesCounted }) {
      if (ruleId === undefined) return setPaused(false);
      const rule = find(ruleId);
      if (!rule.ok) return rule;
      const { stoppedBy } = rule.value;
      if (stoppedBy !== null && isOfMirror(stoppedBy) && !deletesSeen) return err(stoppedBy);
      const meant = await mirrors.confirm(rule.value, deletesCounted);
      if (!meant.ok) return meant;
      // Looking at both sides takes its time.
      if (rules.get(ruleId)?.revision !== rule.value.revision)
        return err(stoppedBy ?? appError('RuleNotFound', { ruleId }));
      return patchRule(ruleId, ({ trigger }) => ({
        enabled: true,
        stoppedBy: null,
        failuresInRow: 0,
        notice: null,
        // What a pause has let pass was meant to pass.
        ...(trigger.type === 'schedule' ? { scheduleMs: clock.nowMs() } : {}),
        ...meant.value,
      }));
    },

    async run({ ruleId }) {
      const rule = find(ruleId);
      if (!rule.ok) return rule;
      const last = journal.lastRunId();
      const { trigger } = rule.value;
      if (trigger.type === 'newObject' || trigger.type === 'folder') {
        const looked = await lookNow(rule.value);
        if (!looked.ok) return looked;
      } else {
        const nowMs = clock.nowMs();
        const source = `now/${nowMs}/${Math.floor(options.random.next() * 1e9)}`;
        const added = await journal.addRuns([bareRun(rule.value, 'manual', source, nowMs)]);
        if (!added.ok) return added;
      }
      if (!isWatching) await runner.activate(ruleId);
      onRuns();
      return ok({ started: journal.runsSince(ruleId, last) });
    },

    async backfill({ ruleId, fromMs, toMs }) {
      const rule = find(ruleId);
      if (!rule.ok) return rule;
      const { trigger, marks } = rule.value;
      if (trigger.type !== 'newObject' && trigger.type !== 'folder')
        return err(appError('Unsupported', { what: 'Backfilling a rule without a bucket or folder' }));
      const cover = { prefix: trigger.type === 'newObject' ? trigger.prefix : '', recursive: trigger.recursive };
      const id = `${ruleId}/fill/${clock.nowMs()}/${Math.floor(options.random.next() * 1e9)}`;
      const last = journal.lastRunId();
      const saved = await save({ ...rule.value, marks: [...marks, { id, cover, fromMs, toMs, afterRun: last }] });
      if (!saved.ok) return saved;
      const looked = await lookNow(rules.get(ruleId) ?? rule.value);
      if (!looked.ok) return looked;
      // It has been served; what fails keeps it, and the next look serves it.
      const latest = rules.get(ruleId);
      if (latest !== undefined) await save({ ...latest, marks: latest.marks.filter((mark) => mark.id !== id) });
      if (!isWatching) await runner.activate(ruleId);
      onRuns();
      return ok({ started: journal.runsSince(ruleId, last) });
    },

    stop() {
      closing.abort();
      isWatching = false;
      schedules.stop();
      housekeeping.stop();
      runner.stop();
    },
    async ended() {
      await Promise.all([buckets.close(), folders.close()]);
      await runner.ended();
      events.close();
    },
  };
}

function newRuleId(random: Random): RuleId {
  const id = Math.floor(random.next() * 36 ** 6)
    .toString(36)
    .padStart(6, '0');
  return ruleIdSchema.parse(`r${id}`);
}
