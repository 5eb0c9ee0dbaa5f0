import { compareSides } from '../../main/automation/mirror/compare-sides.ts';
import { createRuleJournal } from '../../main/db/rule-journal.ts';
import {
  type ChangeBatch,
  type ChangeSource,
  type TakeChanges,
  type WatchedRule,
  unknownStatus,
} from '../../main/automation/change-source.ts';
import type { StagedChange } from '../../main/automation/object-index.ts';
import type { StoredObject } from '../../main/s3/object-store.ts';
import type { RuleJournal } from '../../main/automation/rule-journal.ts';
import { createRuleService, type RuleService, type RuleServiceOptions } from '../../main/automation/rule-service.ts';
import { type EngineEvent } from '../../shared/contract/events.ts';
import type { RuleId } from '../../shared/domain/ids.ts';
import { ruleInputSchema, type RuleDraft, type RunView } from '../../shared/domain/rule.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { createMemoryObjectIndexes } from './memory-object-indexes.ts';
import { openMemoryDatabase } from './memory-database.ts';
import { createSeededRandom } from './seeded-random.ts';
import { must } from './test-connection.ts';
import { createTransferWorld, otherConnectionId, type TransferWorld, worldConnectionId } from './transfer-world.ts';

type SeenKey = { readonly type?: StagedChange['type']; readonly key: string; readonly sizeBytes?: number };

/** Rules over the transfer service in memory; what happens in buckets and folders is told by the test. */
export type RuleWorld = TransferWorld & {
  readonly rules: RuleService;
  readonly runs: RuleJournal;
  /** What every place has, as its index would say, and what a look at once finds. */
  readonly places: { present: number; look: () => Promise<unknown> };
  readonly notices: Extract<EngineEvent, { type: 'rules.notice' }>[];
  readonly unexpected: unknown[];
  add(rule: Omit<RuleDraft, 'connection'> & { connection?: string }): Promise<RuleId>;
  /** Objects of a bucket as they are now have been seen to change; what is gone is told with the state `was`. */
  see(bucket: string, ...keys: (SeenKey & { readonly was?: StagedChange | undefined })[]): Promise<StagedChange[]>;
  /** The same of files below a folder. */
  seeFiles(folder: string, ...keys: SeenKey[]): Promise<void>;
  deliver(batch: ChangeBatch): ReturnType<TakeChanges>;
  /** Until no run of the rule waits for its turn or runs (those that wait for a time do not count). */
  idle(): Promise<void>;
  history(ruleId: RuleId): Promise<RunView[]>;
  /** What of its runs has become what: `in/a done`. */
  outcomes(ruleId: RuleId): Promise<string[]>;
  put(key: string, body: string, bucket?: string): Promise<StoredObject>;
  /** What a file on the disk has; null: there is none. */
  textOf(path: string): string | null;
};

/** Where most rules of the tests look. */
export const inBox = { type: 'newObject', bucket: 'box', prefix: 'in/' } as const;

/** With the buckets `box` and `done`, watched and acted on. */
export async function openRuleWorld(on: Partial<RuleServiceOptions> = {}): Promise<RuleWorld> {
  const world = createRuleWorld({ on });
  for (const bucket of ['box', 'done']) must(await world.store.createBucket(bucket));
  must(await world.rules.activate({}));
  return world;
}

/** Looks at nothing: remembers only what it was asked to watch. */
function scriptedSource<W extends WatchedRule<unknown>>(
  watched: { rules: readonly W[] },
  places: Pick<RuleWorld['places'], 'present' | 'look'>,
): ChangeSource<W> {
  return {
    watch: (rules) => (watched.rules = rules),
    status: () => unknownStatus,
    present: async () => ok(places.present),
    lookNow: async () => {
      await places.look();
      return ok();
    },
    close: async () => undefined,
  };
}

export function createRuleWorld(
  options: Pick<Parameters<typeof createTransferWorld>[0] & object, 'clock' | 'otherIs'> & {
    readonly on?: Partial<RuleServiceOptions>;
  } = {},
): RuleWorld {
  const { on: _, ...transferOptions } = options;
  const world = createTransferWorld(transferOptions);
  const clock = options.clock ?? { nowMs: () => Date.now(), setTimer: setTimer };
  const runs = createRuleJournal(openMemoryDatabase());
  const notices: RuleWorld['notices'] = [];
  const unexpected: unknown[] = [];
  const places: RuleWorld['places'] = { present: 0, look: () => Promise.resolve() };
  const indexes = createMemoryObjectIndexes();
  const watched = { rules: [] as readonly { readonly marks: readonly { readonly id: string }[] }[] };
  let take: TakeChanges = async () => err(appError('UnexpectedFailure'));
  let takeFiles = take;
  let lastChange = 0;
  let isPaused = false;
  const names: Readonly<Record<string, typeof worldConnectionId>> = {
    World: worldConnectionId,
    Other: otherConnectionId,
  };
  const rules = createRuleService({
    journal: runs,
    transfers: world.service,
    opener: world.opener,
    clock,
    random: createSeededRandom(7),
    pathRules: { platform: 'posix', foldsNames: false },
    files: world.files,
    putStream: async ({ bucket, key }, body) => world.store.putStream(bucket, key, body, {}),
    audit: async () => ok(),
    compare: (source, target) => compareSides(indexes, '/compare', source, target),
    connections: {
      idOf: (given) => {
        const found = names[given] ?? Object.values(names).find((id) => id === given);
        return found === undefined ? err(appError('ConnectionNotFound', { name: given })) : ok(found);
      },
      nameOf: (id) => Object.keys(names).find((name) => names[name] === id) ?? id,
    },
    openBuckets: (taken) => {
      take = taken;
      return scriptedSource(watched as never, places);
    },
    openFolders: (taken) => {
      takeFiles = taken;
      return scriptedSource({ rules: [] }, places);
    },
    deletionDelayMs: 100,
    paused: {
      get: () => isPaused,
      set: (paused) => {
        isPaused = paused;
        return ok();
      },
    },
    emit: (event) => {
      world.events.push(event);
      if (event.type === 'rules.notice') notices.push(event);
    },
    onUnexpected: (_where, thrown) => unexpected.push(thrown),
    ...options.on,
  });
  /** As if every rule had had its first look long ago. */
  const served = (): Map<string, number> =>
    new Map(runs.rules().flatMap(({ marks }) => marks.map(({ id }) => [id, 0] as const)));

  const ruleWorld: RuleWorld = {
    ...world,
    rules,
    runs,
    places,
    notices,
    unexpected,
    async add(rule) {
      const input = ruleInputSchema.parse({ connection: 'World', ...rule });
      return must(await rules.add({ rule: input })).rule.id;
    },
    async see(bucket, ...keys) {
      const changes: StagedChange[] = [];
      for (const { type = 'created', key, was } of keys) {
        lastChange += 1;
        const at = { id: lastChange, pass: lastChange, type, mark: null };
        const head = await world.store.head(bucket, key);
        if (head.ok) {
          const { sizeBytes, etag, lastModified, storageClass } = head.value;
          const before = was === undefined ? {} : { was: { etag: was.etag, lastModified: was.lastModified } };
          changes.push({ ...at, key, sizeBytes, etag, lastModified, storageClass, ...before });
        } else
          changes.push({
            ...(was ?? { sizeBytes: 0, etag: null, lastModified: null, storageClass: null }),
            ...at,
            key,
          });
      }
      const place = { type: 'bucket', connectionId: worldConnectionId, bucket } as const;
      must(await take({ place, indexId: `index-${bucket}`, changes, served: served() }));
      return changes;
    },
    async seeFiles(folder, ...keys) {
      const changes: StagedChange[] = [];
      for (const { type = 'created', key, sizeBytes: was = 0 } of keys) {
        lastChange += 1;
        const info = await world.files.stat(`${folder}/${key}`);
        const { sizeBytes, modifiedMs } = info.ok ? info.value : { sizeBytes: was, modifiedMs: 0 };
        changes.push({
          id: lastChange,
          pass: lastChange,
          type,
          mark: null,
          key,
          sizeBytes,
          etag: 'inode',
          lastModified: new Date(modifiedMs).toISOString(),
          storageClass: null,
        });
      }
      must(
        await takeFiles({ place: { type: 'folder', folder }, indexId: `index-${folder}`, changes, served: served() }),
      );
    },
    deliver: (batch) => take(batch),
    async idle() {
      const end = Date.now() + 60_000;
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        const isBusy = runs
          .rules()
          .some(
            ({ id }) =>
              runs.counts(id).running > 0 || (!isPaused && runs.dueRuns(id, clock.nowMs(), 1).length > 0 && isOn(id)),
          );
        if (!isBusy) return;
        if (Date.now() > end) throw new Error('the rules did not come to rest');
      }
    },
    history: async (ruleId) => must(await rules.history({ ruleId, from: 0, count: 1000 })).runs.toReversed(),
    outcomes: async (ruleId) => (await ruleWorld.history(ruleId)).map(({ event, state }) => `${event.key} ${state}`),
    put: async (key, body, bucket = 'box') => must(await world.store.putSmall(bucket, key, Buffer.from(body), {})),
    textOf(path) {
      const found = world.files.entries.get(path);
      return found === undefined ? null : Buffer.from(found.bytes).toString();
    },
  };
  const isOn = (ruleId: RuleId): boolean => rules.views().some(({ id, state }) => id === ruleId && state === 'on');
  return ruleWorld;
}

function setTimer(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}
