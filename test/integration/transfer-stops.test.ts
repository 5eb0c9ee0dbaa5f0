import { beforeEach, describe, expect, test } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { holdAnswer } from '../fakes/held-answer.ts';
import { beginTimed, clock, hang, openGraces, startHanging, stopGraceMs } from '../fakes/silent-server.ts';
import { must } from '../fakes/test-connection.ts';
import { bucket, codes, file, put, settle, start, world } from '../fakes/world-steps.ts';

/** A job that is told to stop while a server does not answer what can only be waited for. */
beforeEach(() => beginTimed());

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
    const held = holdAnswer();
    world.on.store = {
      async copy(...args) {
        await held.wait();
        return world.store.copy(...args);
      },
      // As the SDK: no request for whoever does not want its answer any more.
      head: async (name, key, signal) =>
        signal?.aborted === true ? err(appError('Cancelled')) : world.store.head(name, key),
    };
    const job = await start('copy', [{ key: 'k', toKey: 'f' }], { toBucket: bucket, conflict: 'fail' });
    await expect.poll(held.isAwaited).toBe(true);
    const paused = world.service.pause(job);
    await settle();
    held.release();
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
    const held = holdAnswer();
    world.on.store = {
      async createMultipart(...args) {
        const made = await world.store.createMultipart(...args);
        await held.wait();
        return made;
      },
    };
    const job = await start('upload', [{ file: '/f', key: 'f' }]);
    await expect.poll(held.isAwaited).toBe(true);
    const paused = world.service.pause(job);
    await settle();
    clock.advance(stopGraceMs);
    must(await paused);
    expect(must(await world.store.listUploads(bucket, ''))).toHaveLength(1);
    held.release();
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
    const held = holdAnswer();
    world.on.store = {
      async completeMultipart(...args) {
        await held.wait();
        return world.store.completeMultipart(...args);
      },
    };
    const job = await start('upload', [{ file: '/f', key: 'f' }]);
    await expect.poll(held.isAwaited).toBe(true);
    const paused = world.service.pause(job);
    await settle();
    held.release();
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
    const opening = holdAnswer();
    let asked = 0;
    // The first is that of whoever starts the job.
    await beginTimed({ openFails: () => ((asked += 1) === 2 ? opening.wait().then(() => null) : null) });
    file('/f', 'small');
    const job = await start('upload', [{ file: '/f', key: 'f' }]);
    await expect.poll(opening.isAwaited).toBe(true);
    must(await world.service.pause(job));
    opening.release();
    await settle();
    expect([world.service.list().map(({ state }) => state), world.keys(bucket)]).toEqual([['paused'], []]);
    must(await world.service.resume(job));
    await world.until(job, 'done');
  });
});

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
  const held = holdAnswer();
  world.on.journal = {
    async updateJob(id, patch) {
      if (patch.state === 'done') await held.wait();
      return world.journal.updateJob(id, patch);
    },
  };
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await expect.poll(held.isAwaited).toBe(true);
  const closed = world.service.close();
  await settle();
  held.release();
  await closed;
  expect([codes(job), openGraces]).toEqual([['done'], 0]);
});
