import { expect, test } from 'vitest';
import { createLimitService } from '../../../main/transfers/limit-service.ts';
import type { EngineEvent } from '../../../shared/contract/events.ts';
import { type LimitPair, noLimits, noLimitsView } from '../../../shared/domain/transfer-limits.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';

const hourMs = 3_600_000;
const officeHours = {
  days: [0, 1, 2, 3, 4, 5, 6],
  fromMinute: 8 * 60,
  toMinute: 18 * 60,
  upBytesPerSecond: 2_000_000,
  downBytesPerSecond: null,
};
const free: LimitPair = { upBytesPerSecond: null, downBytesPerSecond: null };

function setUp(saved: Map<string, string> = new Map(), startMs = 7 * hourMs) {
  const clock = createManualClock(startMs);
  const events: EngineEvent[] = [];
  const applied: LimitPair[] = [];
  let full = false;
  const service = createLimitService({
    settings: {
      get: (key) => saved.get(key) ?? null,
      set: (key, value) => (full ? err(appError('DiskFull', {})) : ok(void saved.set(key, value))),
    },
    clock,
    emit: (event) => events.push(event),
    apply: ({ upBytesPerSecond, downBytesPerSecond }) => applied.push({ upBytesPerSecond, downBytesPerSecond }),
    // The first of January 1970 in Greenwich: a Thursday.
    readWall: (ms) => ({ day: (Math.floor(ms / (24 * hourMs)) + 4) % 7, minute: Math.floor(ms / 60_000) % 1440 }),
  });
  return { service, clock, events, applied, saved, fillDisk: () => (full = true) };
}

test('[T43] what is set holds at once, is told, and holds after a restart', () => {
  const { service, events, applied, saved } = setUp();
  expect(service.current()).toEqual(noLimitsView);
  const limits = { ...noLimits, downBytesPerSecond: 500_000 };
  expect(service.set(limits)).toEqual(ok());
  expect(applied.at(-1)).toEqual({ upBytesPerSecond: null, downBytesPerSecond: 500_000 });
  expect(events).toEqual([{ type: 'transfers.limits', limits: service.current() }]);
  const again = setUp(saved);
  expect(again.applied).toEqual([{ upBytesPerSecond: null, downBytesPerSecond: 500_000 }]);
  expect(again.service.current().limits).toEqual(limits);
});

test('[T43] the schedule comes into force by itself, each change is told once', () => {
  const { service, clock, events, applied } = setUp();
  service.set({ ...noLimits, schedule: [officeHours] });
  expect(service.current().now).toEqual({ ...free, untilMs: 8 * hourMs });
  events.length = 0;
  clock.advance(hourMs);
  expect(applied.at(-1)).toEqual({ upBytesPerSecond: 2_000_000, downBytesPerSecond: null });
  expect(events).toHaveLength(1);
  expect(service.current().now.untilMs).toBe(18 * hourMs);
  clock.advance(10 * hourMs);
  expect(applied.at(-1)).toEqual(free);
  expect(events).toHaveLength(2);
  service.close();
  expect(clock.timers).toBe(0);
});

test('[T43] a limit that could not be kept does not hold', () => {
  const { service, applied, fillDisk } = setUp();
  fillDisk();
  expect(service.set({ ...noLimits, upBytesPerSecond: 10_000 }).ok).toBe(false);
  expect(service.current()).toEqual(noLimitsView);
  expect(applied).toEqual([free]);
});

test('what nobody understands any more is no limit', () => {
  const kept = new Map([['transferLimits', '{"upBytesPerSecond":"fast"}']]);
  expect(setUp(kept).service.current()).toEqual(noLimitsView);
});
