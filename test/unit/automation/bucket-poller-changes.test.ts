import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appError } from '../../../shared/errors.ts';
import { ruleOn } from '../../fakes/bucket-rules.ts';
import { createPolledWorld, type PolledWorld, settled } from '../../fakes/polled-world.ts';
import { connectionId, must } from '../../fakes/test-connection.ts';

let world: PolledWorld;
beforeEach(async () => {
  world = await createPolledWorld();
});
afterEach(() => world.end());

const a = ruleOn('a', { prefix: 'in/', pollSeconds: 60 });
const toldTo = (rule: string): string[] => world.told.get(rule) ?? [];

describe('[A2] changes', () => {
  test('that are not taken come again, and are forgotten when they are', async () => {
    world.takeFailure = appError('DiskFull', { path: '/runs' });
    for (let at = 0; at < 3; at += 1) await world.put(`in/${at}`);
    await world.watch(a);
    expect(world.poller.status(a.ruleId).problem).toEqual(world.takeFailure);
    await world.advance(10);
    expect(world.batches).toHaveLength(2);
    world.takeFailure = null;
    await world.advance(60);
    expect(toldTo('a')).toEqual(['created in/0', 'created in/1', 'created in/2']);
    expect(world.batches.map(({ changes }) => changes.map(({ id }) => id))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(world.poller.status(a.ruleId).problem).toBeNull();
  });

  test('come in batches of 500, and after a restart before anything is listed', async () => {
    world.takeFailure = appError('DiskFull', { path: '/runs' });
    for (let at = 0; at < 1100; at += 1) await world.put(`in/${String(at).padStart(4, '0')}`);
    await world.watch(a);
    world.takeFailure = null;
    world.batches.length = 0;
    world.failure = appError('EndpointUnreachable');
    await world.restart();
    await settled();
    expect(world.batches.map(({ changes }) => changes.length)).toEqual([500, 500, 100]);
    expect(new Set(toldTo('a')).size).toBe(1100);
    expect(world.batches[0]).toMatchObject({
      place: { type: 'bucket', connectionId, bucket: 'watched' },
      indexId: 'index-1',
    });
    expect(world.batches[0]?.served.get('a-begins')).toBe(1);
  });

  test('a mark is taken once, over restarts', async () => {
    await world.put('in/1');
    await world.watch(a);
    await world.restart();
    await world.put('in/2');
    await world.restart();
    expect(toldTo('a')).toEqual(['created in/1', 'created in/2']);
  });

  test('a bug of whoever takes them is told, and they come again', async () => {
    const bug = new Error('a bug');
    let isBroken = true;
    Object.defineProperty(world, 'takeFailure', {
      get() {
        if (isBroken) throw bug;
        return null;
      },
    });
    await world.put('in/1');
    await world.watch(a);
    expect(world.unexpected.splice(0)).toEqual([bug]);
    expect(world.poller.status(a.ruleId).problem).toMatchObject({ code: 'UnexpectedFailure' });
    isBroken = false;
    await world.advance(10);
    expect(toldTo('a')).toEqual(['created in/1']);
  });
});

describe('looking now', () => {
  test('shares a look that begins after the call, not one under way', async () => {
    await world.watch(a);
    let open: () => void = () => undefined;
    world.gate = new Promise((resolve) => (open = resolve));
    await world.advance(60);
    expect(world.listed).toHaveLength(2);
    // What comes now may be behind where the listing is.
    await world.put('in/new');
    const looks = [world.poller.lookNow(a.ruleId), world.poller.lookNow(a.ruleId)];
    await settled();
    expect(world.listed).toHaveLength(2);
    open();
    for (const look of looks) must(await look);
    expect(world.listed).toHaveLength(3);
    expect(toldTo('a')).toEqual(['created in/new']);
  });

  test('answers what went wrong, of the listing or of what was found', async () => {
    await world.watch(a);
    world.failure = appError('NoSuchBucket', { bucket: 'watched' });
    expect(await world.poller.lookNow(a.ruleId)).toEqual({ ok: false, error: world.failure });
    world.failure = null;
    world.takeFailure = appError('DiskFull');
    await world.put('in/1');
    expect(await world.poller.lookNow(a.ruleId)).toEqual({ ok: false, error: world.takeFailure });
    world.takeFailure = null;
    must(await world.poller.lookNow(a.ruleId));
    expect(toldTo('a')).toEqual(['created in/1']);
  });

  test('of a rule that is not watched, or not any more', async () => {
    expect(await world.poller.lookNow(a.ruleId)).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
    await world.watch(a);
    let open: () => void = () => undefined;
    world.gate = new Promise((resolve) => (open = resolve));
    await world.advance(60);
    const look = world.poller.lookNow(a.ruleId);
    await world.watch();
    expect(await look).toMatchObject({ ok: false, error: { code: 'Cancelled' } });
    open();
    await settled();
  });
});

describe('indexes', () => {
  test('a bucket that nobody watches any more loses its own', async () => {
    await world.put('in/1');
    await world.watch(a);
    await world.watch();
    expect(world.indexes.files.size).toBe(0);
    await world.watch(a);
    expect(toldTo('a')).toEqual(['created in/1', 'created in/1']);
  });

  test('a connection that leads to another server removes nothing: the rules begin there', async () => {
    for (const key of ['in/1', 'in/2', 'in/3']) await world.put(key);
    await world.watch(a);
    world.endpointUrl = 'http://two.example';
    for (const key of ['in/1', 'in/2']) must(await world.store.remove('watched', key));
    await world.put('in/4');
    await world.advance(60);
    expect(toldTo('a').slice(3)).toEqual(['created in/3', 'created in/4']);
    expect(world.batches.map(({ indexId }) => indexId)).toEqual(['index-1', 'index-2']);
    must(await world.store.remove('watched', 'in/4'));
    await world.advance(60);
    expect(toldTo('a').slice(5)).toEqual(['removed in/4']);
  });

  test('[A9] one that is broken is opened again', async () => {
    await world.watch(a);
    world.indexes.failWith(appError('DatabaseCorrupt', { path: '/indexes/x' }));
    await world.advance(60);
    expect(world.poller.status(a.ruleId).problem).toMatchObject({ code: 'DatabaseCorrupt' });
    world.indexes.files.clear();
    world.indexes.failWith(null);
    await world.put('in/1');
    await world.advance(20);
    expect(toldTo('a')).toEqual(['created in/1']);
  });

  test('marks of rules that are gone are forgotten', async () => {
    await world.watch(a, ruleOn('wide'));
    await world.watch(a);
    expect([...world.indexes.files.values()].map(({ marks }) => [...marks.keys()])).toEqual([['a-begins']]);
  });
});

test('four buckets are listed at once, the others wait', async () => {
  const rules = Array.from({ length: 6 }, (_, at) => ruleOn(`r${at}`, { bucket: `b${at}`, prefix: `${at}/` }));
  for (const { trigger } of rules) must(await world.store.createBucket(trigger.bucket));
  let open: () => void = () => undefined;
  world.gate = new Promise((resolve) => (open = resolve));
  await world.watch(...rules);
  expect(world.listed).toHaveLength(4);
  open();
  await settled();
  expect(world.listed.toSorted()).toEqual(['0/**', '1/**', '2/**', '3/**', '4/**', '5/**']);
});

test('closing ends a listing that is under way, and who waits for it', async () => {
  await world.put('in/1');
  await world.watch(a);
  let open: () => void = () => undefined;
  world.gate = new Promise((resolve) => (open = resolve));
  const look = world.poller.lookNow(a.ruleId);
  await settled();
  const closed = world.poller.close();
  open();
  await closed;
  expect(await look).toMatchObject({ ok: false, error: { code: 'Cancelled' } });
  expect(toldTo('a')).toEqual(['created in/1']);
});
