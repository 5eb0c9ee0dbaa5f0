import type { ChangeBatch, ChangeSource, WatchedBucketRule } from '../../main/automation/change-source.ts';
import { isInCover } from '../../main/automation/index/cover.ts';
import { createBucketPoller } from '../../main/automation/polling/bucket-poller.ts';
import type { ListAllRequest, ListPageRequest } from '../../main/s3/object-store.ts';
import type { ConnectionOpener, OpenConnection } from '../../main/s3/open-connection.ts';
import type { RuleId } from '../../shared/domain/ids.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { createMemoryObjectIndexes } from './memory-object-indexes.ts';
import { createMemoryObjectStore, type MemoryObjectStore } from './memory-object-store.ts';
import { must } from './test-connection.ts';

export type PolledWorld = {
  readonly clock: ManualClock;
  readonly store: MemoryObjectStore;
  readonly indexes: ReturnType<typeof createMemoryObjectIndexes>;
  poller: ChangeSource<WatchedBucketRule>;
  /** Prefixes that were listed, with `*` for a flat listing and `**` for one of all below. */
  readonly listed: string[];
  /** What each rule has been told, in order. */
  readonly told: Map<string, string[]>;
  readonly batches: ChangeBatch[];
  readonly changed: RuleId[][];
  readonly unexpected: unknown[];
  /** Of listings, from their first page or the second; null: none. */
  failure: AppError | null;
  failsAtPage: 1 | 2;
  /** Of the connection. */
  endpointUrl: string;
  /** Of taking; null: none. */
  takeFailure: AppError | null;
  /** Waits for it in each listing. */
  gate: Promise<void>;
  watch(...rules: WatchedBucketRule[]): Promise<void>;
  put(key: string, body?: string): Promise<void>;
  /** Second by second, with everything that happens then. */
  advance(seconds: number): Promise<void>;
  /** The engine goes and comes back; the indexes stay. */
  restart(): Promise<void>;
  /** Throws when something is left open, or was not expected. */
  end(): Promise<void>;
};

/** As often as it takes for everything that waits for nothing but memory. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A poller on buckets in memory (`watched`, and others that the test makes), told time by the test, without jitter. */
export async function createPolledWorld(pageSize = 3): Promise<PolledWorld> {
  const clock = createManualClock();
  const store = createMemoryObjectStore({ clock, pageSize });
  const indexes = createMemoryObjectIndexes();
  must(await store.createBucket('watched'));
  let rules: readonly WatchedBucketRule[] = [];

  const observed = {
    ...store,
    async listPage(request: ListPageRequest) {
      if (request.delimiter === '/' && request.continuationToken === undefined) world.listed.push(`${request.prefix}*`);
      await world.gate;
      const isBefore = world.failsAtPage === 2 && request.continuationToken === undefined;
      return world.failure === null || isBefore ? store.listPage(request) : err(world.failure);
    },
    listAll(request: ListAllRequest) {
      world.listed.push(`${request.prefix}**`);
      return store.listAll.call(observed, request);
    },
  };
  const opener: ConnectionOpener = {
    async open() {
      const description = { endpointUrl: world.endpointUrl, region: null };
      return ok({ store: observed, description } as unknown as OpenConnection);
    },
  };
  const take = async (batch: ChangeBatch): Promise<Result<void>> => {
    world.batches.push(batch);
    if (world.takeFailure !== null) return err(world.takeFailure);
    tell(world.told, batch, rules);
    return ok();
  };
  const start = (): ChangeSource<WatchedBucketRule> =>
    createBucketPoller({
      opener,
      clock,
      take,
      folder: '/indexes',
      indexes,
      random: { next: () => 0.5 },
      onChanged: (ruleIds) => world.changed.push([...ruleIds]),
      onUnexpected: (thrown) => world.unexpected.push(thrown),
    });

  const world: PolledWorld = {
    clock,
    store,
    indexes,
    listed: [],
    told: new Map(),
    batches: [],
    changed: [],
    unexpected: [],
    failure: null,
    failsAtPage: 1,
    endpointUrl: 'http://one.example',
    takeFailure: null,
    gate: Promise.resolve(),
    poller: undefined as never,
    async watch(...next) {
      rules = next;
      world.poller.watch(next);
      await settled();
    },
    async put(key, body = key) {
      must(await store.putSmall('watched', key, Buffer.from(body), {}));
    },
    async advance(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000);
        await settled();
      }
    },
    async restart() {
      await world.poller.close();
      world.poller = start();
      world.poller.watch(rules);
      await settled();
    },
    async end() {
      await world.poller.close();
      if (world.unexpected.length > 0) throw new AggregateError(world.unexpected, 'unexpected');
      if (clock.timers > 0) throw new Error(`${clock.timers} timers are left`);
      if (indexes.openFiles.size > 0) throw new Error(`${indexes.openFiles.size} indexes are open`);
    },
  };
  world.poller = start();
  return world;
}

/** What a batch is to each rule, as whoever takes changes must see it. */
function tell(
  told: Map<string, string[]>,
  { changes, served }: ChangeBatch,
  rules: readonly WatchedBucketRule[],
): void {
  for (const { ruleId, trigger, marks } of rules)
    for (const { key, mark, type, pass } of changes) {
      const begun = served.get(marks[0].id) ?? Number.POSITIVE_INFINITY;
      const isOwn = mark === null ? pass > begun && isInCover(trigger, key) : marks.some(({ id }) => id === mark);
      if (isOwn) told.set(ruleId, [...(told.get(ruleId) ?? []), `${type} ${key}`]);
    }
}
