import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appError } from '../../../shared/errors.ts';
import { ruleOn } from '../../fakes/bucket-rules.ts';
import { createPolledWorld, type PolledWorld, settled } from '../../fakes/polled-world.ts';
import { connectionId } from '../../fakes/test-connection.ts';

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
