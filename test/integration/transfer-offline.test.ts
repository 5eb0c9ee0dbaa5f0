import { beforeEach, describe, expect, test } from 'vitest';
import { offlineDelayMs } from '../../main/transfers/offline.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { createManualClock, type ManualClock } from '../fakes/manual-clock.ts';
import { must } from '../fakes/test-connection.ts';
import { createTransferWorld, otherConnectionId, type TransferWorld } from '../fakes/transfer-world.ts';

/** A world in memory whose network can be cut, and whose time stands still. */
const bucket = 'box';
const unreachable = appError('EndpointUnreachable', { host: 'one' });
let world: TransferWorld;
let clock: ManualClock;
/** What each request answers; null while the network works. */
let down: AppError | null;
let requests: number;

beforeEach(async () => {
  clock = createManualClock();
  down = null;
  requests = 0;
  // One try: pauses between tries would wait for the clock.
  world = createTransferWorld({ clock, attempts: 1 });
  must(await world.store.createBucket(bucket));
  must(await world.other.createBucket(bucket));
  const whenUp = <A extends unknown[], T>(call: (...args: A) => Promise<T>) => {
    return (...args: A) => {
      requests += 1;
      return down === null ? call(...args) : (Promise.resolve(err(down)) as Promise<T>);
    };
  };
  world.on.store = {
    head: whenUp((...args) => world.store.head(...args)),
    listPage: whenUp((...args) => world.store.listPage(...args)),
    remove: whenUp((...args) => world.store.remove(...args)),
    listParts: whenUp((...args) => world.store.listParts(...args)),
    createMultipart: whenUp((...args) => world.store.createMultipart(...args)),
  };
  world.on.transport = {
    send: whenUp((...args) => world.transport.send(...args)),
    receive: whenUp((...args) => world.transport.receive(...args)),
    relay: whenUp((...args) => world.transport.relay(...args)),
  };
});

const file = (path: string, body: string) => world.files.put(path, Buffer.from(body));
const start = (kind: string, items: readonly object[], more: object = {}) =>
  world.start({ kind, conflict: 'overwrite', whenOffline: 'wait', bucket, items, ...more } as never);
type Job = Awaited<ReturnType<typeof start>>;
const job = (id: Job) => world.service.list().find((each) => each.id === id);
const settle = async () => {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('[T64] the pauses grow from 5 s to a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 20].map(offlineDelayMs)).toEqual([5, 10, 20, 40, 60, 60, 60].map((s) => s * 1000));
});

describe('[T64] a job whose server cannot be reached', () => {
  test.each(['EndpointUnreachable', 'HostNotFound', 'Stalled'] as const)(
    'waits, keeps everything, and ends when it can: %s',
    async (code) => {
      for (const name of ['a', 'b', 'c']) file(`/d/${name}`, name.repeat(40));
      const send = world.on.transport.send;
      let parts = 0;
      world.on.transport.send = (range, options) => {
        // In the middle of the second file.
        if ((parts += 1) === 8) down = appError(code);
        return send?.(range, options) ?? world.transport.send(range, options);
      };
      const id = await start('upload', [{ folder: '/d', prefix: '' }]);
      const waiting = await world.until(id, 'waiting');
      expect(waiting).toMatchObject({ error: { code }, retryAtMs: clock.nowMs() + 5000, filesFailed: 0 });
      expect(waiting.bytesDone).toBeGreaterThan(0);
      expect(world.filesOf(id).some((each) => each.state === 'failed')).toBe(false);

      const before = requests;
      clock.advance(4999);
      await settle();
      expect(requests).toBe(before);
      clock.advance(1);
      await expect.poll(() => job(id)?.retryAtMs).toBe(clock.nowMs() + 10_000);
      expect(job(id)).toMatchObject({ state: 'waiting', error: { code } });

      down = null;
      clock.advance(10_000);
      const done = await world.until(id, 'done');
      expect(done).toMatchObject({ filesDone: 3, filesFailed: 0, bytesDone: 120 });
      expect([done.error, done.retryAtMs]).toEqual([undefined, undefined]);
      expect(['a', 'b', 'c'].map((key) => world.body(bucket, key))).toEqual(
        ['a', 'b', 'c'].map((name) => name.repeat(40)),
      );
      expect(must(await world.store.listUploads(bucket, ''))).toEqual([]);
    },
  );

  test('while its sources are listed, and where a single one is looked for', async () => {
    must(await world.store.putSmall(bucket, 'p/a', Buffer.from('1'), {}));
    for (const items of [[{ prefix: 'p/', folder: '/dst' }], [{ key: 'p/a', file: '/dst/a' }]]) {
      down = unreachable;
      const id = await start('download', items);
      expect(await world.until(id, 'waiting')).toMatchObject({ error: unreachable, filesFailed: 0 });
      down = null;
      clock.advance(5000);
      expect(await world.until(id, 'done')).toMatchObject({ filesDone: 1, filesTotal: 1 });
    }
  });

  test('while its connection is opened', async () => {
    let error: AppError | null = null;
    world = createTransferWorld({ clock, attempts: 1, openFails: () => error });
    must(await world.store.createBucket(bucket));
    file('/a', 'x');
    must(await world.service.pause());
    const id = await start('upload', [{ file: '/a', key: 'a' }]);
    await world.until(id, 'done');
    file('/b', 'x'.repeat(10));
    const { send } = world.on.transport;
    expect(send).toBeUndefined();
    world.on.transport = { send: async () => err(unreachable) };
    const other = await start('upload', [{ file: '/b', key: 'b' }]);
    await world.until(other, 'waiting');
    error = appError('HostNotFound', { host: 'sts' });
    world.on.transport = {};
    clock.advance(5000);
    await expect.poll(() => job(other)?.error?.code).toBe('HostNotFound');
    error = null;
    clock.advance(10_000);
    await world.until(other, 'done');
  });

  test('at either end of a copy between two', async () => {
    must(await world.store.putSmall(bucket, 'k', Buffer.from('x'.repeat(30)), {}));
    let cut = true;
    world.on.other = {
      createMultipart: (...args) =>
        cut ? Promise.resolve(err(appError('HostNotFound'))) : world.other.createMultipart(...args),
    };
    const id = await start('copy', [{ key: 'k', toKey: 'k' }], { toConnectionId: otherConnectionId, toBucket: bucket });
    expect(await world.until(id, 'waiting')).toMatchObject({ error: { code: 'HostNotFound' } });
    cut = false;
    down = unreachable;
    clock.advance(5000);
    await expect.poll(() => job(id)?.error?.code).toBe('EndpointUnreachable');
    down = null;
    clock.advance(60_000);
    expect((await world.until(id, 'done')).verified.checksum).toBe(1);
  });

  test('tries at once when told to; paused and cancelled it stays still', async () => {
    file('/a', 'x');
    down = unreachable;
    const id = await start('upload', [{ file: '/a', key: 'a' }]);
    await world.until(id, 'waiting');
    must(await world.service.pause(id));
    expect(await world.until(id, 'paused')).not.toHaveProperty('retryAtMs');
    const before = requests;
    clock.advance(600_000);
    await settle();
    expect(requests).toBe(before);

    must(await world.service.resume(id));
    await world.until(id, 'waiting');
    down = null;
    must(await world.service.resume(id));
    await world.until(id, 'done');

    down = unreachable;
    const other = await start('upload', [{ file: '/a', key: 'b' }]);
    await world.until(other, 'waiting');
    must(await world.service.cancel(other));
    clock.advance(600_000);
    await settle();
    expect(job(other)).toMatchObject({ state: 'cancelled' });
    expect(world.body(bucket, 'b')).toBeNull();
  });

  test('leaves its place to others', async () => {
    file('/a', 'x');
    down = unreachable;
    const waiting = await Promise.all([1, 2, 3, 4, 5].map((n) => start('upload', [{ file: '/a', key: `${n}` }])));
    for (const id of waiting) await world.until(id, 'waiting');
    down = null;
    const id = await start('upload', [{ file: '/a', key: 'other' }]);
    await world.until(id, 'done');
    clock.advance(5000);
    for (const each of waiting) expect((await world.until(each, 'done')).filesDone).toBe(1);
  });

  test('fails file by file where it was not asked to wait', async () => {
    file('/d/a', 'x');
    file('/d/b', 'x');
    down = unreachable;
    const id = await start('upload', [{ folder: '/d', prefix: '' }], { whenOffline: 'fail' });
    expect(await world.until(id, 'failed')).toMatchObject({ filesFailed: 2 });
  });
});

test('[T64] a single request that stalls fails its file, not the job', async () => {
  file('/d/a', 'x');
  file('/d/b', 'x');
  world.on.transport.send = async (range, options) =>
    range.key === 'a' ? err(appError('Stalled')) : world.transport.send(range, options);
  const id = await start('upload', [{ folder: '/d', prefix: '' }]);
  expect(await world.until(id, 'failed')).toMatchObject({ filesFailed: 1, filesDone: 1 });
});
