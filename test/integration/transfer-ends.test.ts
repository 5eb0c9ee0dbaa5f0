import { beforeEach, describe, expect, test } from 'vitest';
import { pause } from '../../main/pause.ts';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { beginTimed, cleanUpMs, clock, hang, openGraces, startHanging, stopGraceMs } from '../fakes/silent-server.ts';
import { must } from '../fakes/test-connection.ts';
import { bucket, codes, file, put, settle, start, world } from '../fakes/world-steps.ts';

/** A job that is cancelled, cleared or quit while a server does not answer what is to be taken away. */
beforeEach(() => beginTimed());

describe('[T8] a silent server does not keep a job from its end', () => {
  const statesOnDisk = () => world.journal.jobs().map(({ state }) => state);
  const orphans = () => world.journal.uploadTraces().map(({ orphaned }) => orphaned);

  /** Until its upload is being taken away, of which nothing is heard. */
  async function cancelHanging() {
    const job = await startHanging();
    const aborting = hang('abortMultipart');
    const cancelled = world.service.cancel(job);
    await settle();
    clock.advance(stopGraceMs);
    await expect.poll(() => aborting.asked).toBe(true);
    return { job, aborting, cancelled };
  }

  test('cancelled, it is so before anything is taken away; what could not be aborted is when it is cleared', async () => {
    const { job, aborting, cancelled } = await cancelHanging();
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
    const { job, cancelled } = await cancelHanging();
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
