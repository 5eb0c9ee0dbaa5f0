import { expect, test } from 'vitest';
import { appError } from '../../../shared/errors.ts';
import { err } from '../../../shared/result.ts';
import type { AuditService } from '../../../main/automation/audit/audit-service.ts';
import { auditPlace, createAuditWorld, settleAll } from '../../fakes/audit-world.ts';
import { must } from '../../fakes/test-connection.ts';

async function write(service: AuditService, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1)
    must(await service.record({ actor: 'window', action: 'delete', outcome: 'done', place: `docs/${n}` }));
}

const first = 'logs/2026/11/27/desk-1-0123abcd-000000000001.jsonl';

test('[A50] [A51] [A53] a segment has so many lines, or goes when its oldest line is so old', async () => {
  const world = await createAuditWorld();
  const service = world.open();
  must(await service.setSettings({ settings: auditPlace }));
  await write(service, 7);
  await settleAll();
  expect(world.shipped()).toEqual([]);
  service.start();
  world.clock.advance(0);
  await settleAll();
  expect(Object.keys(world.objects())).toEqual([first]);
  expect(world.objects()[first]?.[0]).toEqual({
    seq: 1,
    at: '2026-11-27T23:59:00.000Z',
    who: 'kim@desk 1',
    actor: 'window',
    action: 'delete',
    outcome: 'done',
    place: 'docs/0',
  });
  expect(await world.view(service)).toMatchObject({ waiting: 2, problem: null, lastShippedMs: world.clock.nowMs() });
  world.clock.advance(299_999);
  await settleAll();
  expect(world.shipped()).toHaveLength(5);
  world.clock.advance(1);
  await settleAll();
  expect(world.shipped()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  await write(service, 5);
  world.clock.advance(0);
  await settleAll();
  // A new day by now.
  expect(Object.keys(world.objects())[2]).toBe('logs/2026/11/28/desk-1-0123abcd-000000000008.jsonl');
  expect(world.events.at(-1)).toMatchObject({ type: 'audit.changed', settings: auditPlace, waiting: 0, problem: null });
  await service.close();
  expect(world.clock.timers).toBe(0);
  expect(world.unexpected).toEqual([]);
});

test('[A53] a clock that is set back by a day holds no line back', async () => {
  const world = await createAuditWorld();
  const service = world.open();
  must(await service.setSettings({ settings: auditPlace }));
  service.start();
  await write(service, 2);
  await settleAll();
  world.clock.set(world.clock.nowMs() - 86_400_000);
  world.clock.advance(300_000);
  await settleAll();
  expect(world.shipped()).toEqual([1, 2]);
  await service.close();
});

test('[A53] a failure is tried again later and later, and says why', async () => {
  const world = await createAuditWorld();
  const service = world.open();
  must(await service.setSettings({ settings: auditPlace }));
  service.start();
  let tries = 0;
  world.calls.over = {
    putSmall: async () => {
      tries += 1;
      return err(appError('SlowDown', { bucket: 'audit', retryAfterSeconds: tries === 2 ? 60 : 0 }));
    },
  };
  await write(service, 5);
  world.clock.advance(0);
  await settleAll();
  expect(tries).toBe(1);
  expect(await world.view(service)).toMatchObject({ waiting: 5, problem: { code: 'SlowDown' } });
  for (const [pauseMs, after] of [
    [4000, 1],
    [2000, 2],
    [59_000, 2],
    [1000, 3],
    [600_000, 4],
  ] as const) {
    world.clock.advance(pauseMs);
    await settleAll();
    expect([pauseMs, tries]).toEqual([pauseMs, after]);
  }
  world.calls.over = {};
  service.retryNow();
  world.clock.advance(0);
  await settleAll();
  expect(world.shipped()).toEqual([1, 2, 3, 4, 5]);
  expect((await world.view(service)).problem).toBeNull();
  await service.close();
});

test('[A51] [A52] what a crash has kept from being noted is written once, with the same bytes', async () => {
  const world = await createAuditWorld();
  const before = world.open();
  must(await before.setSettings({ settings: auditPlace }));
  before.start();
  // It arrives, and nobody hears of it.
  world.calls.over = {
    putSmall: async (...input) => {
      must(await world.store.putSmall(...input));
      return new Promise(() => undefined);
    },
  };
  await write(before, 5);
  world.clock.advance(0);
  await settleAll();
  const bytes = world.store.buckets.get('audit')?.objects.get(first)?.bytes;
  expect(bytes).toBeDefined();

  let puts = 0;
  world.calls.over = {
    putSmall: (...input) => {
      puts += 1;
      return world.store.putSmall(...input);
    },
  };
  const after = world.open();
  await write(after, 3);
  after.start();
  world.clock.advance(0);
  await settleAll();
  expect([puts, await world.view(after)]).toMatchObject([0, { waiting: 3 }]);
  expect(world.store.buckets.get('audit')?.objects.get(first)?.bytes).toBe(bytes);
  await after.close();
  expect(world.shipped()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('[A52] an object that is something else keeps its key', async () => {
  const world = await createAuditWorld();
  must(await world.store.putSmall('audit', first, Buffer.from('{"seq":1,"mine":false}\n'), {}));
  const service = world.open();
  must(await service.setSettings({ settings: auditPlace }));
  service.start();
  await write(service, 5);
  world.clock.advance(0);
  await settleAll();
  expect(Object.keys(world.objects())).toEqual([first.replace('.jsonl', '-2.jsonl'), first]);
  expect(world.objects()[first]).toEqual([{ seq: 1, mine: false }]);
  await service.close();
});

test('[A52] where objects may not be looked at, the condition alone keeps what is there', async () => {
  const world = await createAuditWorld();
  const denied = async () => err(appError('AccessDenied', { bucket: 'audit' }));
  world.calls.over = { head: denied, getStream: denied };
  const service = world.open();
  must(await service.setSettings({ settings: auditPlace }));
  service.start();
  await write(service, 5);
  world.clock.advance(0);
  await settleAll();
  expect(world.shipped()).toEqual([1, 2, 3, 4, 5]);
  await service.close();
});

test('[A52] a server without conditions is written to when nothing is there', async () => {
  const world = await createAuditWorld();
  world.calls.over = {
    putSmall: async (bucket, key, body, headers, condition) =>
      condition === undefined ? world.store.putSmall(bucket, key, body, headers) : err(appError('NotImplemented')),
  };
  const service = world.open();
  must(await service.setSettings({ settings: auditPlace }));
  service.start();
  await write(service, 5);
  world.clock.advance(0);
  await settleAll();
  expect(world.shipped()).toEqual([1, 2, 3, 4, 5]);
  await service.close();
});

test('[A52] [A53] another place gets what was not known to be in the one before, which goes on where it was', async () => {
  const world = await createAuditWorld();
  const service = world.open();
  must(await service.setSettings({ settings: auditPlace }));
  service.start();
  world.calls.over = {
    putSmall: async (...input) => {
      await world.store.putSmall(...input);
      return err(appError('ConnectionReset'));
    },
  };
  await write(service, 5);
  world.clock.advance(0);
  await settleAll();
  expect(world.shipped()).toEqual([1, 2, 3, 4, 5]);
  const denied = async () => err(appError('AccessDenied', { bucket: 'other' }));
  world.calls.over = { head: denied, putSmall: denied };
  const other = { ...auditPlace, bucket: 'other', maxLines: 100 };
  must(await service.setSettings({ settings: other }));
  await write(service, 2);
  world.clock.advance(0);
  await settleAll();
  expect(await world.view(service)).toMatchObject({ waiting: 7, problem: { code: 'AccessDenied' } });

  // Back again: the object there has the first five of what is now a segment of seven.
  world.calls.over = {};
  must(await service.setSettings({ settings: { ...auditPlace, maxLines: 100 } }));
  world.clock.advance(0);
  await settleAll();
  expect(await world.view(service)).toMatchObject({ waiting: 2, problem: null });
  await service.close();
  expect([world.shipped(), world.shipped('other')]).toEqual([[1, 2, 3, 4, 5, 6, 7], []]);
});

test('[A53] off by default; switched off it writes nothing; a connection must be there', async () => {
  const world = await createAuditWorld();
  const service = world.open();
  service.start();
  await write(service, 20);
  expect(await world.view(service)).toEqual({ settings: null, lastShippedMs: null, waiting: 20, problem: null });
  const missing = { ...auditPlace, connectionId: 'conn-none' as never };
  expect(await service.setSettings({ settings: missing })).toMatchObject({ error: { code: 'ConnectionNotFound' } });
  must(await service.setSettings({ settings: auditPlace }));
  must(await service.setSettings({ settings: null }));
  world.clock.advance(3600_000);
  await settleAll();
  expect(world.shipped()).toEqual([]);
  await service.close();
  expect(world.shipped()).toEqual([]);
});

test('[A53] the end waits five seconds at most', async () => {
  const world = await createAuditWorld();
  const service = world.open();
  must(await service.setSettings({ settings: auditPlace }));
  service.start();
  await write(service, 2);
  const signals: (AbortSignal | undefined)[] = [];
  world.calls.over = {
    head: (_bucket, _key, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    },
  };
  let isClosed = false;
  const closing = service.close().then(() => (isClosed = true));
  await settleAll();
  world.clock.advance(4999);
  await settleAll();
  expect([isClosed, signals.map((signal) => signal?.aborted)]).toEqual([false, [false]]);
  world.clock.advance(1);
  await closing;
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
});

test('[A55] lines in a bucket go after 30 days; of those in none the oldest go beyond a number, and a line says so', async () => {
  const world = await createAuditWorld({ maxKept: 12_000 });
  const service = world.open();
  must(await service.setSettings({ settings: { ...auditPlace, maxLines: 100 } }));
  await write(service, 100);
  service.start();
  world.clock.advance(0);
  await settleAll();
  expect(world.shipped()).toHaveLength(100);
  world.clock.advance(29 * 24 * 3600_000);
  await settleAll();
  expect(must(await service.list({ from: 0, count: 1 })).total).toBe(100);
  for (const hours of [48, 1]) {
    world.clock.advance(hours * 3600_000);
    await settleAll();
  }
  expect(must(await service.list({ from: 0, count: 1 })).total).toBe(0);

  must(await service.setSettings({ settings: null }));
  await Promise.all(
    Array.from({ length: 12_001 }, () => service.record({ actor: 'rule', action: 'tag', outcome: 'done' })),
  );
  await settleAll();
  const { lines, total } = must(await service.list({ from: 0, count: 1 }));
  // 5,000 at once have gone.
  expect(total).toBe(12_001 - 5000 + 1);
  expect(lines[0]).toMatchObject({
    seq: 12_102,
    action: 'loseAuditLines',
    outcome: 'failed',
    count: 5000,
    message: 'Lines 101 to 5100 were never written to a bucket: 12000 are kept at most',
  });
  expect(must(await service.list({ from: 0, count: 1, afterSeq: 0 })).lines[0]?.seq).toBe(5101);
  expect(world.unexpected).toEqual([]);
  await service.close();
});
