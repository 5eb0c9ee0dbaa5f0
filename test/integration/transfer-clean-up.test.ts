import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createNodeLocalFiles } from '../../main/transfers/files/node-local-files.ts';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { holdAnswer } from '../fakes/held-answer.ts';
import { must } from '../fakes/test-connection.ts';
import { begin, bucket, codes, counted, file, put, start, world } from '../fakes/world-steps.ts';

/** A journal that does not take what it is told, and jobs that are cancelled and cleared: nothing is left behind unknown. */
beforeEach(() => begin());

describe('[T1] a journal that cannot be written', () => {
  const full = async () => err(appError('DiskFull'));
  test.each(['updateFile', 'savePart', 'addFiles'] as const)(
    'fails the job with its reason at %s; a retry ends it',
    async (name) => {
      file('/d/big', 'n'.repeat(40));
      file('/d/small', 'x');
      world.on.journal = { [name]: full };
      const job = await start('upload', [{ folder: '/d', prefix: '' }], { removeSource: true });
      const failed = await world.until(job, 'failed');
      expect(failed.error?.code ?? codes(job)).toEqual(name === 'savePart' ? ['DiskFull', 'done'] : 'DiskFull');
      world.on.journal = {};
      must(await world.service.retry(job));
      await world.until(job, 'done', 'failed');
      expect(counted(job)).toEqual({ filesTotal: 2, filesDone: 2, filesFailed: 0 });
      expect([world.body(bucket, 'big'), world.body(bucket, 'small')]).toEqual(['n'.repeat(40), 'x']);
      expect(must(await world.store.listUploads(bucket, ''))).toEqual([]);
    },
  );
});

test('[T1] a job that cannot be cleared says why', async () => {
  file('/f', 'small');
  world.on.transport = { send: async () => err(appError('AccessDenied')) };
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await world.until(job, 'failed');
  world.on.journal = { removeJob: async () => err(appError('DiskFull')) };
  expect(await world.service.clear(job)).toMatchObject({ error: { code: 'DiskFull' } });
  expect(await world.service.clear()).toMatchObject({ error: { code: 'DiskFull' } });
  expect(world.service.list()).toHaveLength(1);
  world.on.journal = {};
  must(await world.service.clear(job));
  expect(world.service.list()).toEqual([]);
});

test('[T8] an upload that could not be aborted when its job was cancelled is aborted when it is cleared', async () => {
  file('/f', 'n'.repeat(40));
  let sending = false;
  world.on.transport = {
    send: (_, { signal }) =>
      new Promise((resolve) => {
        sending = true;
        signal?.addEventListener('abort', () => resolve(err(appError('ConnectionReset', {}, 'aborted', 'no'))));
      }),
  };
  world.on.store = { abortMultipart: async () => err(appError('EndpointUnreachable')) };
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await expect.poll(() => sending).toBe(true);
  must(await world.service.cancel(job));
  expect(codes(job)).toEqual(['cancelled']);
  expect(must(await world.store.listUploads(bucket, ''))).toHaveLength(1);
  world.on.store = {};
  must(await world.service.clear(job));
  expect(must(await world.store.listUploads(bucket, ''))).toEqual([]);
});

test('[T8] a job with many uploads is cancelled without waiting for its server each time', async () => {
  for (let index = 0; index < 5; index += 1) file(`/d/${index}`, 'n'.repeat(24));
  world.on.transport = { send: async () => err(appError('AccessDenied')) };
  const job = await start('upload', [
    { folder: '/d', prefix: '' },
    { file: '/gone', key: 'gone' },
  ]);
  await world.until(job, 'failed');
  let asked = 0;
  world.on.store = {
    async abortMultipart() {
      asked += 1;
      return err(appError('EndpointUnreachable'));
    },
  };
  must(await world.service.clear(job));
  expect(asked).toBe(1);
  expect(world.journal.uploadTraces().map(({ orphaned }) => orphaned)).toEqual(Array.from({ length: 5 }, () => true));
});

test('[T8] a job that is being cleared is not started again by a retry', async () => {
  file('/f', 'n'.repeat(24));
  world.on.transport = { send: async () => err(appError('AccessDenied')) };
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await world.until(job, 'failed');
  const held = holdAnswer();
  world.on.store = {
    async abortMultipart(...args) {
      await held.wait();
      return world.store.abortMultipart(...args);
    },
  };
  let sends = 0;
  world.on.transport = {
    send(...args) {
      sends += 1;
      return world.transport.send(...args);
    },
  };
  const cleared = world.service.clear(job);
  await expect.poll(held.isAwaited).toBe(true);
  must(await world.service.retry(job));
  expect(world.service.list().map(({ state }) => state)).toEqual(['failed']);
  held.release();
  must(await cleared);
  expect([world.service.list(), sends]).toEqual([[], 0]);
});

test('[T8] a job whose temporary file cannot be removed is kept when it is cleared, and says which file it is', async () => {
  await put('k', 'n'.repeat(24));
  world.on.transport = { receive: async () => err(appError('AccessDenied')) };
  const job = await start('download', [{ key: 'k', file: '/d/k' }]);
  await world.until(job, 'failed');
  const [temporary] = [...world.files.entries.keys()].filter((path) => path.endsWith('brigade-part'));
  world.on.files = { remove: async (path) => err(appError('LocalAccessDenied', { path })) };
  expect(await world.service.clear()).toMatchObject({
    error: { code: 'LocalAccessDenied', context: { path: temporary } },
  });
  expect(world.service.list().map(({ id }) => id)).toEqual([job]);
  world.on.files = {};
  must(await world.service.clear(job));
  expect([
    world.service.list(),
    [...world.files.entries.keys()].filter((path) => path.endsWith('brigade-part')),
  ]).toEqual([[], []]);
});

test('[T8] a temporary file whose folder has become a file is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'brigade-clean-up-'));
  try {
    await put('k', 'n'.repeat(24));
    world.on.transport = { receive: async () => err(appError('AccessDenied')) };
    const job = await start('download', [{ key: 'k', file: join(folder, 'd', 'k') }]);
    await world.until(job, 'failed');
    writeFileSync(join(folder, 'd'), '');
    const files = createNodeLocalFiles();
    world.on.files = { remove: (path) => files.remove(path) };
    must(await world.service.clear(job));
    expect(world.service.list()).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
