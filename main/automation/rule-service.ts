import type { CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock, Random } from '../../shared/domain/clock.ts';
import { type ConnectionId, type RuleId, ruleIdSchema, type RunId } from '../../shared/domain/ids.ts';
import type { PathRules } from '../../shared/domain/key-path.ts';
import type { RuleInput, RuleView } from '../../shared/domain/rule.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import type { LocalFiles } from '../transfers/files/local-files.ts';
import type { TransferService } from '../transfers/service.ts';
import type { ChangeSource, TakeChanges, WatchedBucketRule, WatchedFolderRule } from './change-source.ts';
import { checkRule } from './check-rule.ts';
import { estimateCost } from './estimate-cost.ts';
import { nextTimes } from './next-due.ts';
import { createRuleEvents } from './rule-events.ts';
import type { RuleJournal } from './rule-journal.ts';
import { beginningOf, doesSame, newRuleRecord, samePlace, watchedBuckets, watchedFolders } from './rule-marks.ts';
import type { RulePatch, RuleRecord, RunRecord } from './rule-record.ts';
import { ruleView, runView } from './rule-view.ts';
import type { Side, SideDifference } from './mirror/compare-sides.ts';
import { refuseNested } from './mirror/refuse-nested.ts';
import { createMirrors, isOfMirror } from './mirror/mirrors.ts';
import { createHousekeeping } from './housekeeping.ts';
import { checkStart } from './runner/check-start.ts';
import { createRuleRunner } from './runner/rule-runner.ts';
import type { RunnerDeps } from './runner/runner-deps.ts';
import { bareRun, createScheduleSource } from './schedule-source.ts';
import { createTakeChanges } from './take-changes.ts';
import { testRule } from './test-rule.ts';

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
  readonly compare: (source: Side, target: Side) => Promise<Result<SideDifference>>;
  /** How long deletions of mirrors wait; five seconds. */
  readonly deletionDelayMs?: number;
  /** Whether everything is paused, kept over restarts. */
  readonly paused: { get(): boolean; set(paused: boolean): Result<void> };
  readonly emit: (event: EngineEvent) => void;
  readonly onUnexpected: (where: string, thrown: unknown) => void;
};

type Names =
  | 'list'
  | 'add'
  | 'update'
  | 'remove'
  | 'pause'
  | 'resume'
  | 'run'
  | 'history'
  | 'retry'
  | 'skip'
  | 'test'
  | 'preview'
  | 'backfill'
  | 'nextTimes'
  | 'cost'
  | 'activate';
type Handler<N extends Names> = (input: CommandParsed<`rules.${N}`>) => Promise<Result<CommandOutput<`rules.${N}`>>>;

/** The rule commands of the contract, by their names there. */
export type RuleService = { readonly [N in Names]: Handler<N> } & {
  views(): RuleView[];
  isPaused(): boolean;
  /** Watches and begins nothing any more; the transfers are closed next, then this ends. */
  stop(): void;
  ended(): Promise<void>;
};

/** A look that a person waits for. */
const retryLimit = 1_000_000;

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
  const take = createTakeChanges({ ...options, rules: all, onRuns });
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
  const mirrors = createMirrors({
    journal,
    clock,
    compare: options.compare,
    latest: (ruleId) => rules.get(ruleId),
    sides: {
      store: openStore,
      connectionIdOf: connections.idOf,
      files: options.files,
      pathRules: options.pathRules,
      signal: closing.signal,
    },
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
      if (before === undefined) rules.delete(rule.id);
      else rules.set(rule.id, before);
      return saved;
    }
    rewatch();
    events.changed();
    return ok({ rule: view(rules.get(rule.id) ?? rule) });
  }

  /** The rule with its connection's id, and with ids in its actions too: a name may become another connection's. */
  async function resolve(
    input: RuleInput,
  ): Promise<Result<{ readonly input: RuleInput; readonly connectionId: ConnectionId }>> {
    const checked = checkRule(input, options.pathRules);
    if (!checked.ok) return checked;
    const connectionId = connections.idOf(input.connection);
    if (!connectionId.ok) return connectionId;
    const actions: RuleInput['actions'] = [];
    for (const action of input.actions) {
      if (!('connection' in action) || action.connection === undefined) {
        actions.push(action);
        continue;
      }
      const found = connections.idOf(action.connection);
      if (!found.ok) return found;
      actions.push({ ...action, connection: found.value });
    }
    const resolved = { ...input, actions };
    const apart = await refuseNested(resolved, connectionId.value, opener);
    return apart.ok ? ok({ input: resolved, connectionId: connectionId.value }) : apart;
  }

  async function changeMany(
    ruleId: RuleId | undefined,
    change: (rule: RuleRecord) => RulePatch,
  ): Promise<Result<Record<string, never>>> {
    if (ruleId === undefined) return ok({});
    const rule = find(ruleId);
    if (!rule.ok) return rule;
    const saved = await save({ ...rule.value, ...change(rule.value), updatedMs: clock.nowMs() });
    return saved.ok ? ok({}) : saved;
  }

  function setPaused(paused: boolean): Result<Record<string, never>> {
    const set = options.paused.set(paused);
    if (!set.ok) return set;
    rewatch();
    events.changed();
    return ok({});
  }

  /** Failed and waiting runs of a rule, or one of them. */
  function runsFor(
    ruleId: RuleId,
    runId: RunId | undefined,
    states: readonly RunRecord['state'][],
  ): readonly RunRecord[] {
    if (runId === undefined) return journal.runsIn(ruleId, states, retryLimit);
    const run = journal.run(runId);
    return run !== null && run.ruleId === ruleId && states.includes(run.state) ? [run] : [];
  }

  async function patchRuns(
    runs: readonly RunRecord[],
    patch: Partial<RunRecord>,
  ): Promise<Result<Record<string, never>>> {
    const chunk = 500;
    for (let from = 0; from < runs.length; from += chunk) {
      const some = runs.slice(from, from + chunk);
      const changed = await journal.change({ runs: some.map(({ id }) => ({ id, patch })) });
      if (!changed.ok) return changed;
      events.runsChanged(some.map(({ id }) => id));
    }
    events.changed();
    runner.wake();
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
      const resolved = await resolve(given);
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
      const resolved = await resolve(given);
      if (!resolved.ok) return resolved;
      const { input, connectionId } = resolved.value;
      const isSame = samePlace(before.value, input.trigger, connectionId);
      const marks = isSame
        ? before.value.marks
        : await beginningOf(ruleId, input.trigger, connectionId, { opener, clock });
      const nowMs = clock.nowMs();
      const changed = newRuleRecord(ruleId, input, connectionId, marks, before.value.createdMs);
      const wasStopped = before.value.stoppedBy !== null;
      const latest = rules.get(ruleId) ?? before.value;
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
      ruleId === undefined ? setPaused(true) : changeMany(ruleId, () => ({ enabled: false })),
    async resume({ ruleId, deletesSeen }) {
      if (ruleId === undefined) return setPaused(false);
      const rule = find(ruleId);
      if (!rule.ok) return rule;
      const { stoppedBy } = rule.value;
      if (stoppedBy !== null && isOfMirror(stoppedBy) && !deletesSeen) return err(stoppedBy);
      const meant = await mirrors.confirm(rule.value);
      if (!meant.ok) return meant;
      // Looking at both sides takes its time.
      if (rules.get(ruleId)?.revision !== rule.value.revision)
        return err(stoppedBy ?? appError('RuleNotFound', { ruleId }));
      return changeMany(ruleId, ({ trigger }) => ({
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

    async history({ from, count, ...query }) {
      const { runs, total } = journal.history(query, from, count);
      return ok({ runs: runs.map((run) => runView(run, rules.get(run.ruleId), journal)), total });
    },
    async retry({ ruleId, runId }) {
      const rule = find(ruleId);
      if (!rule.ok) return rule;
      const runs = runsFor(ruleId, runId, runId === undefined ? ['failed'] : ['failed', 'waiting', 'skipped']);
      return patchRuns(runs, { state: 'waiting', nextMs: null, attempts: 0, endedMs: null, error: null });
    },
    async skip({ ruleId, runId }) {
      const rule = find(ruleId);
      if (!rule.ok) return rule;
      const runs = runsFor(ruleId, runId, runId === undefined ? ['failed'] : ['failed', 'waiting']);
      return patchRuns(runs, { state: 'skipped', nextMs: null, endedMs: clock.nowMs() });
    },

    async test({ rule: given, trials, look }) {
      const rule = typeof given === 'string' ? find(given) : await draft(given);
      if (!rule.ok) return rule;
      const deps = {
        store: openStore,
        checkStart: (one: RuleRecord, run: RunRecord) => checkStart({ journal, opener }, one, run, closing.signal),
        files: options.files,
        pathRules: options.pathRules,
        connectionName: connections.nameOf,
        connectionIdOf: connections.idOf,
        nowMs: () => clock.nowMs(),
      };
      return testRule(rule.value, { trials, look }, deps, closing.signal);
    },

    async preview({ rule: given }) {
      const rule = typeof given === 'string' ? find(given) : await draft(given);
      return rule.ok ? mirrors.preview(rule.value) : rule;
    },

    async backfill({ ruleId, fromMs, toMs }) {
      const rule = find(ruleId);
      if (!rule.ok) return rule;
      const { trigger, marks } = rule.value;
      if (trigger.type !== 'newObject' && trigger.type !== 'folder')
        return err(appError('Unsupported', { what: 'Backfilling a rule without a bucket or folder' }));
      const cover = { prefix: trigger.type === 'newObject' ? trigger.prefix : '', recursive: trigger.recursive };
      const id = `${ruleId}/fill/${clock.nowMs()}/${Math.floor(options.random.next() * 1e9)}`;
      const saved = await save({ ...rule.value, marks: [...marks, { id, cover, fromMs, toMs }] });
      if (!saved.ok) return saved;
      const last = journal.lastRunId();
      const looked = await lookNow(rules.get(ruleId) ?? rule.value);
      if (!looked.ok) return looked;
      // It has been served; what fails keeps it, and the next look serves it.
      const latest = rules.get(ruleId);
      if (latest !== undefined) await save({ ...latest, marks: latest.marks.filter((mark) => mark.id !== id) });
      if (!isWatching) await runner.activate(ruleId);
      onRuns();
      return ok({ started: journal.runsSince(ruleId, last) });
    },

    async nextTimes({ cron, timeZone, count }) {
      const times = nextTimes({ cron, timeZone }, clock.nowMs(), count);
      if (!times.ok) return times;
      return ok({ timesMs: times.value, timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone });
    },
    cost: (place) => estimateCost(place, all(), opener, closing.signal),

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

  async function draft(input: RuleInput): Promise<Result<RuleRecord>> {
    const resolved = await resolve(input);
    if (!resolved.ok) return resolved;
    const { connectionId } = resolved.value;
    return ok(newRuleRecord(ruleIdSchema.parse('draft'), resolved.value.input, connectionId, [], clock.nowMs()));
  }
}

function newRuleId(random: Random): RuleId {
  const id = Math.floor(random.next() * 36 ** 6)
    .toString(36)
    .padStart(6, '0');
  return ruleIdSchema.parse(`r${id}`);
}
