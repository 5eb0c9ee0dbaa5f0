import { beforeEach, describe, expect, test } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { pause } from '../../main/pause.ts';
import { err, type Result } from '../../shared/result.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { must } from '../fakes/test-connection.ts';
import { begin, bucket, codes, file, put, start, world } from '../fakes/world-steps.ts';

/** A job that is told to stop while a server does not answer what can only be waited for. */
const clock = createManualClock();
const stopGraceMs = 5_000;
const cleanUpMs = 30_000;
/** Of the timers that give somebody so long, those that nobody has taken back. */
let openGraces = 0;
const beginAnew = (more: Parameters<typeof begin>[0] = {}) => {
  openGraces = 0;
  return begin({
    ...more,
    clock: {
      nowMs: () => clock.nowMs(),
      setTimer(delayMs, callback) {
        const isGrace = delayMs === stopGraceMs || delayMs === cleanUpMs;
        if (isGrace) openGraces += 1;
        const cancel = clock.setTimer(delayMs, callback);
        return () => {
          cancel();
          if (isGrace) openGraces -= 1;
        };
      },
    },
  });
};
beforeEach(() => beginAnew());

type Method =
  | 'completeMultipart'
  | 'abortMultipart'
  | 'copy'
  | 'remove'
  | 'listParts'
  | 'listPage'
  | 'listBuckets'
  | 'bucketLocation';

function signalIn(args: readonly unknown[]): AbortSignal | undefined {
  const inRequest = args.map((each) => (each as { readonly signal?: unknown } | undefined)?.signal);
  return [...args, ...inRequest].find((each) => each instanceof AbortSignal);
}

/** The method does not answer until its signal comes; `act` is what the server makes of the request all the same. */
function hang(method: Method, act: () => Promise<unknown> = async () => undefined) {
  const seen = { asked: false, times: 0, cut: false };
  const hanging = async (...args: unknown[]): Promise<Result<never>> => {
    seen.asked = true;
    seen.times += 1;
    await act();
    const signal = signalIn(args);
    if (signal?.aborted !== true)
      await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    seen.cut = true;
    return err(appError('Cancelled'));
  };
  world.on.store = { ...world.on.store, [method]: hanging };
  return seen;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('[T61] a stop does not wait for a server that does not answer', () => {
  const body = 'n'.repeat(40);
  const cases = [
    ['completeMultipart', () => start('upload', [{ file: '/f', key: 'f' }])],
    ['copy', () => start('copy', [{ key: 'k', toKey: 'f' }], { toBucket: bucket })],
    ['remove', () => start('copy', [{ key: 'k', toKey: 'f' }], { toBucket: bucket, removeSource: true })],
  ] as const;

  test.each(cases)('%s: it gets its five seconds, then the job is paused, and goes on later', async (method, begun) => {
    file('/f', body);
    await put('k', body);
    const seen = hang(method);
    const job = await begun();
    await expect.poll(() => seen.asked).toBe(true);
    const paused = world.service.pause(job);
    await settle();
    clock.advance(stopGraceMs - 1);
    await settle();
    expect(seen.cut).toBe(false);
    clock.advance(1);
    must(await paused);
    expect([seen.cut, world.service.list().map(({ state }) => state), openGraces]).toEqual([true, ['paused'], 0]);
    world.on.store = {};
    must(await world.service.resume(job));
    await world.until(job, 'done', 'failed');
    expect([codes(job), world.body(bucket, 'f')]).toEqual([['done'], body]);
    expect(must(await world.store.listUploads(bucket, ''))).toEqual([]);
  });

  test.each(['keep-both', 'fail', 'skip', 'ask'])(
    'a copy that was cut off and made all the same is found when the job goes on: %s',
    async (conflict) => {
      await put('k', body);
      const seen = hang('copy', () => world.store.copy({ bucket, key: 'k' }, { bucket, key: 'f' }));
      const job = await start('copy', [{ key: 'k', toKey: 'f' }], { toBucket: bucket, conflict });
      await expect.poll(() => seen.asked).toBe(true);
      const paused = world.service.pause(job);
      await settle();
      clock.advance(stopGraceMs);
      must(await paused);
      world.on.store = {};
      must(await world.service.resume(job));
      await world.until(job, 'done', 'failed', 'waiting');
      expect([codes(job), world.keys(bucket)]).toEqual([['done'], ['f', 'k']]);
    },
  );

  test('a copy that is made within the five seconds counts', async () => {
    await put('k', body);
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    let isAsked = false;
    world.on.store = {
      async copy(...args) {
        isAsked = true;
        await held;
        return world.store.copy(...args);
      },
      // As the SDK: no request for whoever does not want its answer any more.
      head: async (name, key, signal) =>
        signal?.aborted === true ? err(appError('Cancelled')) : world.store.head(name, key),
    };
    const job = await start('copy', [{ key: 'k', toKey: 'f' }], { toBucket: bucket, conflict: 'fail' });
    await expect.poll(() => isAsked).toBe(true);
    const paused = world.service.pause(job);
    await settle();
    answer();
    must(await paused);
    expect([codes(job), world.keys(bucket), openGraces]).toEqual([['done'], ['f', 'k'], 0]);
  });

  test.each(['keep-both', 'fail', 'skip', 'ask'])(
    'a small file that was cut off and arrived all the same is found when the job goes on: %s',
    async (conflict) => {
      file('/f', 'small');
      let isSent = false;
      world.on.transport = {
        async send(...args) {
          await world.transport.send(...args);
          isSent = true;
          const [, { signal }] = args;
          await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
          return err(appError('ConnectionReset', {}, 'aborted', 'no'));
        },
      };
      const job = await start('upload', [{ file: '/f', key: 'f' }], { conflict });
      await expect.poll(() => isSent).toBe(true);
      must(await world.service.pause(job));
      world.on.transport = {};
      must(await world.service.resume(job));
      const view = await world.until(job, 'done', 'failed', 'waiting');
      expect([codes(job), world.keys(bucket)]).toEqual([['done'], ['f']]);
      expect(view.verified).toEqual({ checksum: 1, md5: 0, size: 0 });
    },
  );

  test('an upload that is made when nobody waits for it any more is aborted', async () => {
    file('/f', body);
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    let isAsked = false;
    world.on.store = {
      async createMultipart(...args) {
        const made = await world.store.createMultipart(...args);
        isAsked = true;
        await held;
        return made;
      },
    };
    const job = await start('upload', [{ file: '/f', key: 'f' }]);
    await expect.poll(() => isAsked).toBe(true);
    const paused = world.service.pause(job);
    await settle();
    clock.advance(stopGraceMs);
    must(await paused);
    expect(must(await world.store.listUploads(bucket, ''))).toHaveLength(1);
    answer();
    await expect.poll(async () => must(await world.store.listUploads(bucket, ''))).toEqual([]);
    world.on.store = {};
    must(await world.service.resume(job));
    await world.until(job, 'done', 'failed');
    expect([codes(job), world.body(bucket, 'f')]).toEqual([['done'], body]);
  });

  test('the parts of a resumed upload are not waited for at all', async () => {
    file('/f', body);
    world.on.store = { completeMultipart: async () => err(appError('AccessDenied')) };
    const job = await start('upload', [{ file: '/f', key: 'f' }]);
    await world.until(job, 'failed');
    const seen = hang('listParts');
    must(await world.service.retry(job));
    await expect.poll(() => seen.asked).toBe(true);
    must(await world.service.cancel(job));
    expect([seen.cut, codes(job)]).toEqual([true, ['cancelled']]);
    expect(must(await world.store.listUploads(bucket, ''))).toEqual([]);
  });

  test('what answers in time is not cut, and leaves no timer behind', async () => {
    file('/f', body);
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    let isAsked = false;
    world.on.store = {
      async completeMultipart(...args) {
        isAsked = true;
        await held;
        return world.store.completeMultipart(...args);
      },
    };
    const job = await start('upload', [{ file: '/f', key: 'f' }]);
    await expect.poll(() => isAsked).toBe(true);
    const paused = world.service.pause(job);
    await settle();
    answer();
    must(await paused);
    expect([codes(job), world.body(bucket, 'f'), openGraces]).toEqual([['done'], body, 0]);
  });

  test('a completion that was cut off and made all the same is found when the job goes on', async () => {
    file('/f', body);
    const seen = hang('completeMultipart', async () => {
      const [upload] = must(await world.store.listUploads(bucket, ''));
      const parts = must(await world.store.listParts(bucket, 'f', upload?.uploadId ?? ''));
      must(await world.store.completeMultipart(bucket, 'f', upload?.uploadId ?? '', parts as never));
    });
    const job = await start('upload', [{ file: '/f', key: 'f' }], { conflict: 'fail' });
    await expect.poll(() => seen.asked).toBe(true);
    const paused = world.service.pause(job);
    await settle();
    clock.advance(stopGraceMs);
    must(await paused);
    world.on.store = {};
    must(await world.service.resume(job));
    const view = await world.until(job, 'done', 'failed');
    expect([codes(job), view.verified]).toEqual([['done'], { checksum: 1, md5: 0, size: 0 }]);
  });
});

describe('[T61] nor for what it only asks on the way', () => {
  const nowhere = { bucket: 'Nowhere' };
  const cases = [
    ['listBuckets', 'upload', [{ file: '/f', key: 'f' }], nowhere],
    ['bucketLocation', 'upload', [{ file: '/f', key: 'f' }], nowhere],
    ['listBuckets', 'download', [{ prefix: '', folder: '/d' }], nowhere],
    ['listPage', 'download', [{ key: 'gone', file: '/d/gone' }], {}],
    ['listBuckets', 'copy', [{ prefix: '', toPrefix: 'x/' }], { ...nowhere, toBucket: bucket }],
  ] as const;
  test.each(cases)('%s, for the name that was meant: %s', async (method, kind, items, more) => {
    file('/f', 'small');
    if (method === 'bucketLocation') world.on.store = { listBuckets: async () => err(appError('AccessDenied')) };
    const seen = hang(method);
    const job = await start(kind, items, more);
    await expect.poll(() => seen.asked).toBe(true);
    must(await world.service.pause(job));
    expect([seen.cut, openGraces]).toEqual([true, 0]);
  });

  test('a connection that does not open; when it does after all, nothing begins', async () => {
    let opens = (): void => undefined;
    const opening = new Promise<null>((resolve) => (opens = () => resolve(null)));
    let asked = 0;
    // The first is that of whoever starts the job.
    await beginAnew({ openFails: () => ((asked += 1) === 2 ? opening : null) });
    file('/f', 'small');
    const job = await start('upload', [{ file: '/f', key: 'f' }]);
    await expect.poll(() => asked).toBe(2);
    must(await world.service.pause(job));
    opens();
    await settle();
    expect([world.service.list().map(({ state }) => state), world.keys(bucket)]).toEqual([['paused'], []]);
    must(await world.service.resume(job));
    await world.until(job, 'done');
  });
});

/** An upload that waits for its completion, which does not come. */
async function startHanging() {
  file('/f', 'n'.repeat(40));
  const seen = hang('completeMultipart');
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await expect.poll(() => seen.asked).toBe(true);
  return job;
}

describe('[T61] the last word counts', () => {
  test('a job that is told to go on while it is being paused goes on', async () => {
    const job = await startHanging();
    const paused = world.service.pause(job);
    await settle();
    world.on.store = {};
    must(await world.service.resume(job));
    clock.advance(stopGraceMs);
    must(await paused);
    await world.until(job, 'done');
    expect(world.body(bucket, 'f')).toBe('n'.repeat(40));
  });

  test('told to pause once more, it stays', async () => {
    const job = await startHanging();
    const paused = world.service.pause(job);
    await settle();
    must(await world.service.resume());
    const pausedAgain = world.service.pause();
    clock.advance(stopGraceMs);
    must(await paused);
    must(await pausedAgain);
    await settle();
    expect(world.service.list().map(({ state }) => state)).toEqual(['paused']);
  });
});

test('[T61] a stop that comes when nothing moves any more begins no time to wait', async () => {
  file('/f', 'small');
  let saves = (): void => undefined;
  const held = new Promise<void>((resolve) => (saves = resolve));
  let isEnding = false;
  world.on.journal = {
    async updateJob(id, patch) {
      if (patch.state === 'done') {
        isEnding = true;
        await held;
      }
      return world.journal.updateJob(id, patch);
    },
  };
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await expect.poll(() => isEnding).toBe(true);
  const closed = world.service.close();
  await settle();
  saves();
  await closed;
  expect([codes(job), openGraces]).toEqual([['done'], 0]);
});

test('[T60] when the journal cannot be read, the job has failed once nothing of it moves any more', async () => {
  for (let index = 0; index < 3; index += 1) file(`/d/${index}`, `small ${index}`);
  const held: (() => void)[] = [];
  const flying = new Map<string, number>();
  const inFlight = () => [...flying.values()].reduce((sum, count) => sum + count, 0);
  let cut = 0;
  let mostOfOne = 0;
  world.on.transport = {
    async send(range, options) {
      const count = (by: number) => flying.set(range.key, (flying.get(range.key) ?? 0) + by);
      count(1);
      mostOfOne = Math.max(mostOfOne, ...flying.values());
      const onCut = () => (cut += 1);
      options.signal?.addEventListener('abort', onCut);
      await new Promise<void>((resolve) => held.push(resolve));
      count(-1);
      options.signal?.removeEventListener('abort', onCut);
      if (options.signal?.aborted === true) return err(appError('ConnectionReset', {}, 'aborted', 'no'));
      return world.transport.send(range, options);
    },
  };
  const job = await start('upload', [{ folder: '/d', prefix: 'd/' }]);
  await expect.poll(inFlight).toBe(3);
  world.on.journal = {
    filesAfter() {
      throw new Error('disk I/O error');
    },
  };
  held.shift()?.();
  await expect.poll(() => cut).toBe(2);
  must(await world.service.retry(job));
  expect([inFlight(), world.service.list().map(({ state }) => state)]).toEqual([2, ['active']]);
  for (const answer of held.splice(0)) answer();
  const { error } = await world.until(job, 'failed');
  expect([inFlight(), error?.code, openGraces]).toEqual([0, 'UnexpectedFailure', 0]);
  expect(codes(job).sort()).toEqual(['done', 'queued', 'queued']);
  world.on.journal = {};
  must(await world.service.retry(job));
  await expect.poll(inFlight).toBe(2);
  for (const answer of held.splice(0)) answer();
  await world.until(job, 'done');
  expect(mostOfOne).toBe(1);
});

test('[T60] when that cannot be written either, the job can be tried again all the same', async () => {
  file('/f', 'small');
  world.on.journal = {
    filesAfter() {
      throw new Error('disk I/O error');
    },
    updateJob: async (id, patch) =>
      patch.state === 'failed' ? Promise.reject(new Error('disk I/O error')) : world.journal.updateJob(id, patch),
  };
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await world.until(job, 'failed');
  world.on.journal = {};
  await settle();
  must(await world.service.retry(job));
  await world.until(job, 'done');
  expect(codes(job)).toEqual(['done']);
});

describe('[T8] a silent server does not keep a job from its end', () => {
  const statesOnDisk = () => world.journal.jobs().map(({ state }) => state);
  const orphans = () => world.journal.uploadTraces().map(({ orphaned }) => orphaned);

  test('cancelled, it is so before anything is taken away; what could not be aborted is when it is cleared', async () => {
    const job = await startHanging();
    const aborting = hang('abortMultipart');
    const cancelled = world.service.cancel(job);
    await settle();
    clock.advance(stopGraceMs);
    await expect.poll(() => aborting.asked).toBe(true);
    expect([statesOnDisk(), codes(job), orphans()]).toEqual([['cancelled'], ['cancelled'], [true]]);
    clock.advance(stopGraceMs);
    must(await cancelled);
    expect([aborting.cut, orphans(), openGraces]).toEqual([true, [true], 0]);
    world.on.store = {};
    must(await world.service.clear(job));
    expect([must(await world.store.listUploads(bucket, '')), orphans()]).toEqual([[], []]);
  });

  /** Files that failed with their uploads begun. */
  async function startFailed(count: number) {
    for (let index = 0; index < count; index += 1) file(`/d/${index}`, 'n'.repeat(24));
    world.on.transport = { send: async () => err(appError('AccessDenied')) };
    const job = await start('upload', [{ folder: '/d', prefix: '' }]);
    await world.until(job, 'failed');
    return job;
  }

  test('it is waited for once, not for each of its uploads', async () => {
    const job = await startFailed(5);
    const aborting = hang('abortMultipart');
    const cleared = world.service.clear(job);
    await expect.poll(() => aborting.asked).toBe(true);
    clock.advance(stopGraceMs);
    must(await cleared);
    expect([aborting.times, world.service.list(), orphans()]).toEqual([1, [], Array.from({ length: 5 }, () => true)]);
  });

  test('one that answers slowly is waited for, but not for ever', async () => {
    const job = await startFailed(20);
    let asked = 0;
    world.on.store = {
      async abortMultipart(...args) {
        asked += 1;
        await pause(clock, stopGraceMs - 1000);
        return world.store.abortMultipart(...args);
      },
    };
    let isCleared = false;
    const cleared = world.service.clear(job).finally(() => (isCleared = true));
    for (let passedMs = 0; passedMs < cleanUpMs; passedMs += 1000) {
      await settle();
      expect(isCleared).toBe(false);
      clock.advance(1000);
    }
    must(await cleared);
    // The eighth may have come to its end after all.
    expect([asked, orphans().length, openGraces]).toEqual([8, 13, 0]);
  });

  test('told to cancel it and to clear it at once, it is cleared when it has been cancelled', async () => {
    const job = await startHanging();
    const aborting = hang('abortMultipart');
    const cancelled = world.service.cancel(job);
    await settle();
    clock.advance(stopGraceMs);
    await expect.poll(() => aborting.asked).toBe(true);
    const cleared = [world.service.clear(job), world.service.clear()];
    await settle();
    world.on.store = {};
    clock.advance(stopGraceMs);
    for (const ended of [cancelled, ...cleared]) must(await ended);
    expect([world.service.list(), must(await world.store.listUploads(bucket, ''))]).toEqual([[], []]);
  });

  test.each(['while it stops', 'while it is cleaned up'])('quit as it is being cancelled, %s', async (when) => {
    const job = await startHanging();
    const aborting = hang('abortMultipart');
    let isCancelled = false;
    const cancelled = world.service.cancel(job).finally(() => (isCancelled = true));
    await settle();
    if (when === 'while it is cleaned up') {
      clock.advance(stopGraceMs);
      await expect.poll(() => aborting.asked).toBe(true);
    }
    const closed = world.service.close();
    await settle();
    expect(isCancelled).toBe(false);
    clock.advance(stopGraceMs);
    await closed;
    // What it has to write is written before the database is closed.
    expect([isCancelled, statesOnDisk(), orphans(), openGraces]).toEqual([true, ['cancelled'], [true], 0]);
    must(await cancelled);
  });

  test('quit as it is being cleared', async () => {
    const job = await startFailed(1);
    const aborting = hang('abortMultipart');
    let isCleared = false;
    const cleared = world.service.clear(job).finally(() => (isCleared = true));
    await expect.poll(() => aborting.asked).toBe(true);
    const closed = world.service.close();
    await settle();
    clock.advance(stopGraceMs);
    await closed;
    expect([isCleared, statesOnDisk(), orphans(), openGraces]).toEqual([true, [], [true], 0]);
    must(await cleared);
  });

  test('quit as one that only waits for an answer is being cancelled', async () => {
    file('/f', 'small');
    await put('f', 'other');
    const job = await start('upload', [{ file: '/f', key: 'f' }], { conflict: 'ask' });
    await world.until(job, 'waiting');
    const told: unknown[] = [];
    world.on.journal = {
      updateJob(id, patch) {
        told.push(patch.state);
        return world.journal.updateJob(id, patch);
      },
    };
    const cancelled = world.service.cancel(job);
    await new Promise((resolve) => setImmediate(resolve));
    await world.service.close();
    must(await cancelled);
    expect([told, statesOnDisk()]).toEqual([['cancelled'], ['cancelled']]);
  });
});
