import { beforeEach, describe, expect, test } from 'vitest';
import { createVersionFinder, statesSince } from '../../../main/automation/find-versions.ts';
import type { StagedChange } from '../../../main/automation/object-index.ts';
import type { ListVersionsRequest, ObjectVersion } from '../../../main/s3/object-store.ts';
import { systemClock } from '../../../main/system-clock.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import { createRuleWorld, type RuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';
import { otherConnectionId, worldConnectionId } from '../../fakes/transfer-world.ts';

describe('[A3] what a rule sees in a bucket that keeps versions', () => {
  let world: RuleWorld;

  beforeEach(async () => {
    world = createRuleWorld();
    for (const bucket of ['box', 'done']) must(await world.store.createBucket(bucket));
    world.store.versionBucket('box');
    must(await world.rules.activate({}));
  });

  const put = async (key: string, body: string) => must(await world.store.putSmall('box', key, Buffer.from(body), {}));
  const trigger = { type: 'newObject' as const, bucket: 'box' };
  const on = ['created' as const, 'updated' as const];
  const told = async (rule: RuleId) =>
    (await world.history(rule)).map(({ event, state }) => `${event.type} ${event.sizeBytes} ${state}`);

  test('every state since the look before, in order, each with its own bytes', async () => {
    const copies = [{ type: 'copy' as const, bucket: 'done', name: '{size}' }];
    const all = await world.add({ name: 'All', trigger: { ...trigger, on }, actions: copies });
    const created = await world.add({ name: 'New', trigger, actions: [{ type: 'audit' }] });
    await put('a', 'x');
    await put('a', 'xx');
    const [first] = await world.see('box', { key: 'a' });
    await world.idle();
    expect(await told(all)).toEqual(['created 1 done', 'updated 2 done']);
    // Whoever does not ask for updates gets the object as it is.
    expect(await told(created)).toEqual(['created 2 done']);
    for (const body of ['xxx', 'xxxx']) await put('a', body);
    await world.see('box', { type: 'updated', key: 'a', was: first });
    await world.idle();
    expect((await told(all)).slice(2)).toEqual(['updated 3 done', 'updated 4 done']);
    expect(world.keys('done')).toEqual(['1', '2', '3', '4']);
    expect(['1', '2', '3', '4'].map((key) => world.body('done', key))).toEqual(['x', 'xx', 'xxx', 'xxxx']);
  });

  test('and what was replaced before its turn is taken as it was; only what is latest is taken away', async () => {
    const rule = await world.add({
      name: 'Take away',
      trigger: { ...trigger, on },
      actions: [
        { type: 'download', folder: '/files' },
        { type: 'move', bucket: 'done' },
      ],
    });
    must(await world.rules.pause({ ruleId: rule }));
    await put('a', 'old');
    await world.see('box', { key: 'a' });
    await put('a', 'newer');
    must(await world.rules.resume({ ruleId: rule, deletesSeen: false }));
    await world.idle();
    expect(await world.history(rule)).toMatchObject([{ state: 'skipped', error: { code: 'SourceChanged' } }]);
    expect(Buffer.from(world.files.entries.get('/files/a')?.bytes ?? []).toString()).toBe('old');
    expect(world.body('box', 'a')).toBe('newer');
  });

  test('what comes back brings none of its old versions, and a backfill takes what is there', async () => {
    const rule = await world.add({ name: 'All', trigger: { ...trigger, on }, actions: [{ type: 'audit' }] });
    for (const body of ['x', 'xx']) await put('a', body);
    await world.see('box', { key: 'a' });
    await world.idle();
    // Its delete marker was removed: the same versions again.
    await world.see('box', { key: 'a' });
    await world.idle();
    expect(await told(rule)).toEqual(['created 1 done', 'updated 2 done', 'created 2 done']);
  });

  test('[A43] one of the same bytes that came later is not taken away for it', async () => {
    const rule = await world.add({
      name: 'Delete',
      trigger: { ...trigger, on },
      actions: [{ type: 'delete' }],
    });
    must(await world.rules.pause({ ruleId: rule }));
    await put('a', 'same');
    await world.see('box', { key: 'a' });
    await put('a', 'same');
    must(await world.rules.resume({ ruleId: rule, deletesSeen: false }));
    await world.idle();
    expect(await world.history(rule)).toMatchObject([{ state: 'skipped', error: { code: 'SourceChanged' } }]);
    expect(world.body('box', 'a')).toBe('same');
  });

  test('[A47] a state waits for the one before it, and does not come after the one behind it', async () => {
    const rule = await world.add({
      name: 'Down',
      trigger: { ...trigger, on },
      actions: [{ type: 'download', folder: '/files', conflict: 'fail' }],
    });
    for (const body of ['old', 'newer']) await put('a', body);
    world.files.put('/files/a', Buffer.from('in the way'));
    await world.see('box', { key: 'a' });
    await world.idle();
    expect(await told(rule)).toEqual(['created 3 failed', 'updated 5 failed']);
    world.files.entries.delete('/files/a');
    const [old, newer] = await world.history(rule);
    must(await world.rules.retry({ ruleId: rule, runId: newer?.id }));
    await world.idle();
    must(await world.rules.retry({ ruleId: rule, runId: old?.id }));
    await world.idle();
    expect(await told(rule)).toEqual(['created 3 skipped', 'updated 5 done']);
    expect((await world.history(rule))[0]?.error).toMatchObject({
      code: 'LaterVersionDone',
      context: { bucket: 'box', key: 'a' },
    });
    expect(Buffer.from(world.files.entries.get('/files/a')?.bytes ?? []).toString()).toBe('newer');
  });
});

test('[A3] a connection that may not list versions takes them from no rule on another one', async () => {
  const world = createRuleWorld({ otherIs: 'sameKeys' });
  for (const bucket of ['box', 'done']) must(await world.store.createBucket(bucket));
  world.store.versionBucket('box');
  must(await world.rules.activate({}));
  const trigger = { type: 'newObject' as const, bucket: 'box', on: ['created' as const, 'updated' as const] };
  const actions = [{ type: 'audit' as const }];
  const blind = await world.add({ name: 'Blind', trigger, actions });
  const seeing = await world.add({ name: 'Seeing', connection: 'Other', trigger, actions });
  world.on.store = { listVersions: async () => err(appError('AccessDenied')) };
  for (const body of ['x', 'xx']) await world.put('a', body);
  const changes = await world.see('box', { key: 'a' });
  const place = { type: 'bucket' as const, connectionId: otherConnectionId, bucket: 'box' };
  const served = new Map(world.runs.rules().flatMap(({ marks }) => marks.map(({ id }) => [id, 0] as const)));
  must(await world.deliver({ place, indexId: 'index-other', changes, served }));
  await world.idle();
  expect(await world.outcomes(blind)).toEqual(['a done']);
  expect(await world.outcomes(seeing)).toEqual(['a done', 'a done']);
});

test('[A3] prefixes whose versions cannot be listed for a while are given up at the same time', async () => {
  const clock = createManualClock();
  const world = createRuleWorld({ clock: { ...systemClock, nowMs: () => clock.nowMs() } });
  for (const bucket of ['box', 'done']) must(await world.store.createBucket(bucket));
  must(await world.rules.activate({}));
  const on = ['created' as const, 'updated' as const];
  for (const prefix of ['a/', 'b/', 'c/'])
    await world.add({
      name: prefix,
      trigger: { type: 'newObject', bucket: 'box', prefix, on },
      actions: [{ type: 'audit' }],
    });
  world.on.store = { listVersions: async () => err(appError('SlowDown', {}, undefined, 'backoff')) };
  const changes = ['a/x', 'b/x', 'c/x'].map((key, index) => change('e', 1, { id: index + 1, key, type: 'created' }));
  const served = new Map(world.runs.rules().flatMap(({ marks }) => marks.map(({ id }) => [id, 0] as const)));
  const place = { type: 'bucket' as const, connectionId: worldConnectionId, bucket: 'box' };
  let tries = 0;
  // As looks that fail are tried again.
  for (let delayMs = 5000; tries < 50; tries += 1, delayMs *= 2) {
    if ((await world.deliver({ place, indexId: 'index-box', changes, served })).ok) break;
    clock.advance(Math.min(delayMs, 600_000));
  }
  expect(tries).toBe(9);
});

test('[A47] a run that has failed is retried after a backfill has done the same version', async () => {
  const world = createRuleWorld();
  for (const bucket of ['box', 'done']) must(await world.store.createBucket(bucket));
  world.store.versionBucket('box');
  must(await world.rules.activate({}));
  const trigger = { type: 'newObject' as const, bucket: 'box', on: ['created' as const, 'updated' as const] };
  const rule = await world.add({ name: 'Copy', trigger, actions: [{ type: 'copy', bucket: 'missing' }] });
  await world.put('a', 'x');
  const [seen] = await world.see('box', { key: 'a' });
  await world.idle();
  must(await world.store.createBucket('missing'));
  world.places.look = async () => {
    const marks = world.runs.rules().flatMap((each) => each.marks.map(({ id }) => id));
    const served = new Map(marks.map((id) => [id, 0] as const));
    const place = { type: 'bucket' as const, connectionId: worldConnectionId, bucket: 'box' };
    const changes = seen === undefined ? [] : [{ ...seen, id: 900, pass: 50, mark: marks[1] ?? null }];
    must(await world.deliver({ place, indexId: 'index-box', changes, served }));
  };
  must(await world.rules.backfill({ ruleId: rule, fromMs: 0, toMs: 8e15 }));
  await world.idle();
  expect(await world.outcomes(rule)).toEqual(['a failed', 'a done']);
  must(await world.rules.retry({ ruleId: rule }));
  await world.idle();
  expect(await world.outcomes(rule)).toEqual(['a done', 'a done']);
});

test('[A3] each prefix is asked as a rule has it: what they have in common may be refused', async () => {
  const world = createRuleWorld();
  for (const bucket of ['box', 'done']) must(await world.store.createBucket(bucket));
  world.store.versionBucket('box');
  must(await world.rules.activate({}));
  const { store } = world;
  const allowed = ['team-a/', 'team-b/'];
  const asked: string[] = [];
  world.on.store = {
    listVersions: async (request) => {
      asked.push(request.prefix);
      return allowed.some((prefix) => request.prefix.startsWith(prefix))
        ? store.listVersions(request)
        : err(appError('AccessDenied'));
    },
  };
  const rules = [];
  for (const prefix of [...allowed, 'team-b/in/', 'shut/']) {
    const trigger = { type: 'newObject' as const, bucket: 'box', prefix, on: ['created' as const, 'updated' as const] };
    rules.push(await world.add({ name: prefix, trigger, actions: [{ type: 'audit' }] }));
  }
  const keys = ['team-a/x', 'team-b/in/y', 'shut/z'];
  for (const key of keys) for (const body of ['x', 'xx']) await world.put(key, body);
  await world.see('box', ...keys.map((key) => ({ key })));
  await world.idle();
  expect(await Promise.all(rules.map((rule) => world.outcomes(rule)))).toEqual([
    ['team-a/x done', 'team-a/x done'],
    ['team-b/in/y done', 'team-b/in/y done'],
    ['team-b/in/y done', 'team-b/in/y done'],
    ['shut/z done'],
  ]);
  expect([...new Set(asked)].sort()).toEqual(['shut/', 'team-a/', 'team-b/']);
});

const at = (second: number): string => new Date(second * 1000).toISOString();
const version = (etag: string, second: number, more: Partial<ObjectVersion> = {}): ObjectVersion => ({
  key: 'a',
  sizeBytes: 1,
  etag: `"${etag}"`,
  lastModified: at(second),
  storageClass: null,
  versionId: `v-${etag}-${second}`,
  isLatest: false,
  isDeleteMarker: false,
  ...more,
});
const change = (etag: string, second: number, more: Partial<StagedChange> = {}): StagedChange => ({
  id: 1,
  pass: 2,
  type: 'created',
  mark: null,
  key: 'a',
  sizeBytes: 1,
  etag: `"${etag}"`,
  lastModified: at(second),
  storageClass: null,
  ...more,
});
const names = (states: readonly { readonly versionId: string }[]) => states.map(({ versionId }) => versionId);

test.each([
  ['what came after the look waits for the next one', [version('c', 3), version('b', 2)], change('b', 2), ['v-b-2']],
  [
    'a deletion is a beginning',
    [version('c', 3), version('', 2, { isDeleteMarker: true }), version('a', 1)],
    change('c', 3),
    ['v-c-3'],
  ],
  [
    'an update goes back to what was there, over deletions',
    [version('d', 4), version('', 3, { isDeleteMarker: true }), version('c', 2), version('a', 1)],
    change('d', 4, { type: 'updated', was: { etag: '"a"', lastModified: at(1) } }),
    ['v-c-2', 'v-d-4'],
  ],
  [
    'within one second too',
    [version('c', 1), version('b', 1), version('a', 1), version('z', 1)],
    change('c', 1, { type: 'updated', was: { etag: '"a"', lastModified: at(1) } }),
    ['v-b-1', 'v-c-1'],
  ],
  [
    'what was there and is gone ends it by its time',
    [version('d', 4), version('c', 3), version('a', 1)],
    change('d', 4, { type: 'updated', was: { etag: '"b"', lastModified: at(2) } }),
    ['v-c-3', 'v-d-4'],
  ],
  ['what was seen and is gone leaves nothing to go by', [version('d', 4)], change('c', 3), []],
])('statesSince: %s', (_, versions, seen, expected) => {
  expect(names(statesSince(versions, seen))).toEqual(expected);
});

describe('asking for versions', () => {
  const clock = createManualClock();
  const place = { place: 'p', bucket: 'box', prefix: '' };
  const head = async () => err(appError('NoSuchKey'));
  /** A server with some versions of each key, in pages of `pageSize`. */
  function server(keys: readonly string[], versionsOfEach: number, pageSize: number) {
    const all = keys.flatMap((key) =>
      Array.from({ length: versionsOfEach }, (__, back) =>
        version('e', 100 - back, { key, isLatest: back === 0, versionId: `${key}-${back}` }),
      ),
    );
    const asked: ListVersionsRequest[] = [];
    const listVersions = async (request: ListVersionsRequest) => {
      asked.push(request);
      const { prefix, keyMarker, versionIdMarker } = request;
      const from = all.findIndex(
        ({ key, versionId }) =>
          key.startsWith(prefix) &&
          (keyMarker === undefined || key > keyMarker || (key === keyMarker && isAfter(versionId, versionIdMarker))),
      );
      const rest = from < 0 ? [] : all.slice(from).filter(({ key }) => key.startsWith(prefix));
      const page = rest.slice(0, pageSize);
      const last = page.at(-1);
      const next = rest.length > page.length && last ? { keyMarker: last.key, versionIdMarker: last.versionId } : null;
      return ok({ versions: page, next });
    };
    return { store: { listVersions, head }, asked };
  }
  const isAfter = (versionId: string, marker: string | undefined): boolean =>
    marker !== undefined && Number(versionId.split('-')[1]) > Number(marker.split('-')[1]);
  const manyKeys = (count: number) => Array.from({ length: count }, (__, n) => `k${String(n).padStart(4, '0')}`);

  test('keys that lie together come together, those far apart one by one', async () => {
    const near = server(manyKeys(100), 3, 1000);
    const seen = manyKeys(100).map((key) => change('e', 100, { key }));
    const states = must(await createVersionFinder(clock)(near.store, place, seen));
    expect(near.asked).toHaveLength(1);
    for (const each of seen) expect(states(each)).toHaveLength(3);
    const far = server(manyKeys(100), 3, 10);
    const some = [5, 50, 95].map((n) => change('e', 100, { key: manyKeys(100)[n] as string }));
    const found = must(await createVersionFinder(clock)(far.store, place, some));
    expect(far.asked).toHaveLength(3);
    for (const each of some) expect(found(each)).toHaveLength(3);
  });

  test('a key at the end of a page is counted once', async () => {
    const { store } = server(manyKeys(10), 3, 10);
    const seen = manyKeys(10).map((key) => change('e', 100, { key }));
    const states = must(await createVersionFinder(clock)(store, place, seen));
    for (const each of seen) expect(names(states(each))).toEqual([2, 1, 0].map((back) => `${each.key}-${back}`));
  });

  test('a key with more versions than a page is read on', async () => {
    const { store, asked } = server(['a'], 25, 10);
    const states = must(await createVersionFinder(clock)(store, place, [change('e', 100)]));
    expect(states(change('e', 100))).toHaveLength(25);
    expect(asked).toHaveLength(3);
  });

  test('a sign-in is waited for, however long', async () => {
    const find = createVersionFinder(clock);
    const listVersions = async () => err(appError('SsoSignInNeeded'));
    for (let time = 0; time < 15; time += 1)
      expect(await find({ listVersions, head }, place, [change('e', 100)])).toMatchObject({ ok: false });
  });

  test.each([
    ['keeps none', ok({ versions: [version('e', 100, { versionId: 'null', isLatest: true })], next: null })],
    ['does not show them', err(appError('AccessDenied'))],
  ])('a bucket that %s is asked again after ten minutes', async (__, answer) => {
    let asked = 0;
    const listVersions = async () => {
      asked += 1;
      return answer;
    };
    const find = createVersionFinder(clock);
    const ask = async () => must(await find({ listVersions, head }, place, [change('e', 100)]))(change('e', 100));
    expect(await ask()).toEqual([]);
    expect(await ask()).toEqual([]);
    expect(asked).toBe(1);
    clock.advance(600_000);
    await ask();
    expect(asked).toBe(2);
  });

  test('what may pass fails, and is asked again with the changes, nine times', async () => {
    const listVersions = async () => err(appError('Stalled', {}, undefined, 'backoff'));
    const find = createVersionFinder(clock);
    const ask = () => find({ listVersions, head }, place, [change('e', 100)]);
    for (let time = 0; time < 9; time += 1)
      expect(await ask()).toMatchObject({ ok: false, error: { code: 'Stalled' } });
    // What waits for it must not wait for ever.
    expect(must(await ask())(change('e', 100))).toEqual([]);
  });

  test('a server that is away is waited for, however long', async () => {
    const find = createVersionFinder(clock);
    const listVersions = async () => err(appError('EndpointUnreachable', {}, undefined, 'backoff'));
    for (let time = 0; time < 15; time += 1)
      expect(await find({ listVersions, head }, place, [change('e', 100)])).toMatchObject({ ok: false });
  });

  test('an object that is gone again says nothing of the bucket: the next one is asked', async () => {
    const { store } = server(['a'], 3, 10);
    const find = createVersionFinder(clock);
    const gone = async () => err(appError('NoSuchKey'));
    must(await find({ ...store, head: gone }, place, [change('e', 100)]));
    const denied = async () => err(appError('AccessDenied'));
    expect(must(await find({ ...store, head: denied }, place, [change('e', 100)]))(change('e', 100))).toEqual([]);
  });

  test('an object that is deleted by now is tried by a version of it', async () => {
    const listVersions = async () =>
      ok({ versions: [version('', 101, { isLatest: true, isDeleteMarker: true }), version('e', 100)], next: null });
    const tried: (string | undefined)[] = [];
    const denied = async (
      _bucket: string,
      _key: string,
      __?: AbortSignal,
      choice?: { readonly versionId?: string },
    ) => {
      tried.push(choice?.versionId);
      return err(appError('AccessDenied'));
    };
    const find = createVersionFinder(clock);
    expect(must(await find({ listVersions, head: denied }, place, [change('e', 100)]))(change('e', 100))).toEqual([]);
    expect(tried).toEqual(['v-e-100']);
  });

  test('versions that may be listed and not read are none', async () => {
    const { store, asked } = server(['a'], 3, 10);
    const denied = async () => err(appError('AccessDenied'));
    const find = createVersionFinder(clock);
    for (let time = 0; time < 2; time += 1)
      expect(must(await find({ ...store, head: denied }, place, [change('e', 100)]))(change('e', 100))).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});
