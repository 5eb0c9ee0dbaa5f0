import { expect, test } from 'vitest';
import { countChanges } from '../../main/changes-under-way.ts';
import type { Handlers } from '../../main/ipc/router.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { createManualClock } from '../fakes/manual-clock.ts';

test('changes of objects are counted while they run, and waited for, but not for ever', async () => {
  const ends: (() => void)[] = [];
  const handle = () => new Promise((resolve) => ends.push(() => resolve(err(appError('AccessDenied')))));
  const counts: number[] = [];
  const clock = createManualClock();
  const names = ['selection.undelete', 'objects.setHeaders', 'objects.stat'];
  const handlers = Object.fromEntries(names.map((name) => [name, handle])) as unknown as Handlers;
  const changes = countChanges(handlers, clock, ({ count }) => counts.push(count));
  const [undelete, setHeaders, stat] = names.map(
    (name) => changes.handlers[name as 'objects.stat'] as unknown as () => Promise<unknown>,
  );
  await changes.settled(5000);
  const running = [undelete?.(), setHeaders?.(), stat?.()];
  expect(changes.state().count).toBe(2);
  const told: string[] = [];
  void changes.settled(5000).then(() => told.push('patience over'));
  void changes.settled(9000).then(() => told.push('settled'));
  ends[0]?.();
  await running[0];
  clock.advance(5000);
  await Promise.resolve();
  expect(told).toEqual(['patience over']);
  ends[1]?.();
  await running[1];
  await Promise.resolve();
  expect(told).toEqual(['patience over', 'settled']);
  expect(counts).toEqual([1, 2, 1, 0]);
  ends[2]?.();
});

test('those that fail, all or in part, are counted with their reason; not those that the command line tells of', async () => {
  const error = appError('AccessDenied');
  let answer: Result<unknown> = ok({});
  const handlers = { 'selection.delete': async () => answer } as unknown as Handlers;
  const changes = countChanges(handlers, createManualClock(), () => undefined);
  const remove = changes.handlers['selection.delete'] as unknown as (input: object, asker: string) => Promise<unknown>;
  const after = async (given: Result<unknown>, asker = 'window') => {
    answer = given;
    expect(await remove({}, asker)).toBe(given);
    return changes.state();
  };
  expect(await after(ok({ deletedCount: 1, failedCount: 0, failed: [] }))).toEqual({ count: 0, failed: 0 });
  expect(await after(err(error), 'command')).toEqual({ count: 0, failed: 0 });
  expect(await after(err(error))).toEqual({ count: 0, failed: 1, lastError: error });
  const inPart = appError('SlowDown');
  const some = ok({ deletedCount: 1, failedCount: 1, failed: [{ key: 'a', error: inPart }] });
  expect(await after(some)).toEqual({ count: 0, failed: 2, lastError: inPart });
});
