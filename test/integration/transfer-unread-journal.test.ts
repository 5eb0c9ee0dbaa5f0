import { beforeEach, expect, test } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { beginTimed, openGraces } from '../fakes/silent-server.ts';
import { must } from '../fakes/test-connection.ts';
import { codes, file, settle, start, world } from '../fakes/world-steps.ts';

/** A job whose journal cannot be read while its files are moving. */
beforeEach(() => beginTimed());

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
