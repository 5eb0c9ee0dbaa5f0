import { createHash } from 'node:crypto';
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
/** What was there before it does not count. */
const later = { fromMs: Date.parse('2030-01-01') };
const toldTo = (rule: string): string[] => world.told.get(rule) ?? [];

test('[A3] [A4] a rule begins with a look, and sees changes at its interval', async () => {
  await world.put('in/1');
  await world.put('other');
  await world.watch(a);
  expect(toldTo('a')).toEqual(['created in/1']);
  await world.put('in/2');
  await world.put('in/1', 'else');
  await world.advance(59);
  expect(toldTo('a')).toHaveLength(1);
  await world.advance(1);
  expect(toldTo('a').slice(1)).toEqual(['updated in/1', 'created in/2']);
  await world.store.remove('watched', 'in/1');
  await world.advance(60);
  expect(toldTo('a').slice(3)).toEqual(['removed in/1']);
  expect(world.listed).toEqual(['in/**', 'in/**', 'in/**']);
  expect(world.poller.status(a.ruleId)).toEqual({
    lastLookMs: world.clock.nowMs(),
    nextLookMs: world.clock.nowMs() + 60_000,
    objects: 1,
    requests: 1,
    sharedWith: [],
    problem: null,
    notice: null,
  });
});

test('the index of a bucket is named after the connection and the bucket', async () => {
  await world.watch(a);
  const hash = createHash('sha256').update(`${connectionId}\nwatched`).digest('hex');
  expect([...world.indexes.files.keys()]).toEqual([`/indexes/${hash.slice(0, 32)}.sqlite`]);
});

describe('[A6] listings', () => {
  test('rules share one where they can, at the shortest interval', async () => {
    for (const key of ['in/1', 'in/sub/2', 'x', 'y', 'z']) await world.put(key);
    const wide = ruleOn('wide', { pollSeconds: 600 }, { mark: later });
    const flat = ruleOn('flat', { prefix: 'in/', recursive: false, pollSeconds: 20 });
    await world.watch(wide, flat);
    expect(world.listed).toEqual(['**']);
    expect([toldTo('wide'), toldTo('flat')]).toEqual([[], ['created in/1']]);
    await world.put('in/3');
    await world.put('in/sub/4');
    await world.advance(20);
    expect(world.listed).toEqual(['**', '**']);
    expect([toldTo('wide'), toldTo('flat').slice(1)]).toEqual([['created in/3', 'created in/sub/4'], ['created in/3']]);
    expect(world.poller.status(flat.ruleId)).toMatchObject({ sharedWith: ['wide'], objects: 7, requests: 3 });
  });

  test('one without sub-folders is listed with a delimiter', async () => {
    for (const key of ['in/1', 'in/2', 'in/3', 'in/4', 'in/sub/5']) await world.put(key);
    await world.watch(ruleOn('flat', { prefix: 'in/', recursive: false }));
    expect(world.listed).toEqual(['in/*']);
    expect(toldTo('flat')).toHaveLength(4);
    expect(world.poller.status(a.ruleId)).toMatchObject({ lastLookMs: null, objects: null });
  });

  test('a wide rule that joins and leaves tells the narrow one nothing', async () => {
    for (const key of ['in/1', 'out/1']) await world.put(key);
    await world.watch(a);
    await world.watch(a, ruleOn('wide', {}, { mark: later }));
    expect(world.listed).toEqual(['in/**', '**']);
    expect([toldTo('a'), toldTo('wide')]).toEqual([['created in/1'], []]);
    await world.watch(a);
    await world.put('out/2');
    await world.put('in/2');
    await world.advance(60);
    await world.watch(a, ruleOn('wide', {}, { mark: { ...later, id: 'another' } }));
    await world.advance(60);
    expect([toldTo('a'), toldTo('wide')]).toEqual([['created in/1', 'created in/2'], []]);
  });

  test('a backfill is taken out of the next look, at once', async () => {
    await world.put('in/1');
    const begun = ruleOn('a', { prefix: 'in/' }, { mark: later });
    await world.watch(begun);
    expect(toldTo('a')).toEqual([]);
    const backfill = { ...begun.marks[0], id: 'backfill', fromMs: null };
    await world.watch({ ...begun, marks: [begun.marks[0], backfill] });
    expect(toldTo('a')).toEqual(['created in/1']);
    await world.advance(120);
    expect(toldTo('a')).toHaveLength(1);
  });
});

describe('rules that are off', () => {
  const off = ruleOn('off', { pollSeconds: 5 }, { isOn: false });

  test('cause no look, and are told what others’ looks find once they have begun', async () => {
    await world.put('in/1');
    const offBelow = ruleOn('below', { prefix: 'in/', pollSeconds: 5 }, { isOn: false });
    await world.watch(off, offBelow, a);
    await world.advance(59);
    expect(world.listed).toEqual(['in/**']);
    expect([toldTo('below'), toldTo('off')]).toEqual([['created in/1'], []]);
    await world.put('in/2');
    await world.advance(1);
    expect([toldTo('below').slice(1), toldTo('off')]).toEqual([['created in/2'], []]);
    expect(world.poller.status(off.ruleId).nextLookMs).toBeNull();
  });

  test('[A5] when they are on again they see what has become', async () => {
    await world.put('in/1');
    await world.watch(a);
    await world.watch({ ...a, isOn: false });
    await world.put('in/2');
    await world.advance(300);
    expect(world.listed).toHaveLength(1);
    await world.watch(a);
    expect(toldTo('a')).toEqual(['created in/1', 'created in/2']);
  });

  test('are looked at when somebody asks for it', async () => {
    await world.put('in/1');
    await world.watch(off);
    expect(await world.poller.lookNow(off.ruleId)).toEqual({ ok: true, value: undefined });
    expect(toldTo('off')).toEqual(['created in/1']);
  });
});

describe('[A1] [A7] a listing that fails', () => {
  const failure = appError('AccessDenied', { bucket: 'watched' });

  test('is no change, is said, and is tried again', async () => {
    for (let at = 0; at < 10; at += 1) await world.put(`in/${at}`);
    await world.watch(a);
    world.failure = failure;
    await world.advance(60);
    expect(toldTo('a')).toHaveLength(10);
    expect(world.poller.status(a.ruleId)).toMatchObject({ problem: failure, objects: 10 });
    expect(world.changed.at(-1)).toEqual(['a']);
    const lookedAfter: number[] = [];
    for (let second = 1; second <= 120; second += 1) {
      const before = world.listed.length;
      await world.advance(1);
      if (world.listed.length > before) lookedAfter.push(second);
    }
    // 5, 10, 20 and 40 s and half a tenth, on whole seconds.
    expect(lookedAfter).toEqual([6, 17, 38, 80]);
    world.failure = null;
    await world.advance(90);
    expect(world.poller.status(a.ruleId).problem).toBeNull();
    expect(toldTo('a')).toHaveLength(10);
  });

  test('not before the server wants it', async () => {
    world.failure = appError('SlowDown', { retryAfterSeconds: 300 });
    await world.watch(a);
    await world.advance(299);
    expect(world.listed).toHaveLength(1);
    world.failure = null;
    await world.advance(1);
    expect(world.listed).toHaveLength(2);
  });

  test('half-way is as if it had not been', async () => {
    for (let at = 0; at < 9; at += 1) await world.put(`in/${at}`);
    await world.watch(a);
    [world.failure, world.failsAtPage] = [failure, 2];
    await world.put('in/0', 'else');
    await world.advance(60);
    expect(world.poller.status(a.ruleId).problem).toEqual(failure);
    expect(toldTo('a')).toHaveLength(9);
    world.failure = null;
    await world.advance(10);
    expect(toldTo('a').slice(9)).toEqual(['updated in/0']);
  });
});

test('[A7] a look that takes long is not followed closer than twice its time', async () => {
  const quick = ruleOn('a', { pollSeconds: 5 });
  let open: () => void = () => undefined;
  world.gate = new Promise((resolve) => (open = resolve));
  await world.watch(quick);
  await world.advance(100);
  open();
  await settled();
  await world.advance(99);
  expect(world.listed).toHaveLength(1);
  await world.advance(1);
  expect(world.listed).toHaveLength(2);
});

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
