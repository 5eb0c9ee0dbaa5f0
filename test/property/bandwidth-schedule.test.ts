import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limitsAt, type ReadWall } from '../../main/transfers/bandwidth-schedule.ts';
import { noLimits, type TransferLimits } from '../../shared/domain/transfer-limits.ts';

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** The wall clock of a place, so that the tests do not depend on where they run. */
function wallOf(timeZone: string): ReadWall {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (ms) => {
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    return {
      day: dayNames.indexOf(parts['weekday'] ?? ''),
      minute: Number(parts['hour']) * 60 + Number(parts['minute']),
    };
  };
}

const berlin = wallOf('Europe/Berlin');
const at = (iso: string) => Date.parse(iso);
const everyDay = [0, 1, 2, 3, 4, 5, 6];
const slow = { upBytesPerSecond: 100_000, downBytesPerSecond: null };
const window = (fromHour: number, toHour: number, days = everyDay) => ({
  ...slow,
  days,
  fromMinute: fromHour * 60,
  toMinute: toHour * 60,
});
const only = (...schedule: TransferLimits['schedule']): TransferLimits => ({ ...noLimits, schedule });

describe('[T43] which limit holds when', () => {
  test('office hours: from eight, until six, not at the weekend', () => {
    const limits = only(window(8, 18, [1, 2, 3, 4, 5]));
    // A Monday.
    expect(limitsAt(limits, at('2026-11-23T09:30:15+01:00'), berlin)).toEqual({
      ...slow,
      untilMs: at('2026-11-23T18:00:00+01:00'),
    });
    // A Friday evening: until Monday.
    expect(limitsAt(limits, at('2026-11-27T18:00:00+01:00'), berlin)).toEqual({
      upBytesPerSecond: null,
      downBytesPerSecond: null,
      untilMs: at('2026-11-30T08:00:00+01:00'),
    });
  });

  test('a window over midnight belongs to the day it starts on', () => {
    const limits = only(window(22, 6, [5]));
    expect(limitsAt(limits, at('2026-11-28T03:00:00+01:00'), berlin).untilMs).toBe(at('2026-11-28T06:00:00+01:00'));
    expect(limitsAt(limits, at('2026-11-28T23:00:00+01:00'), berlin).upBytesPerSecond).toBeNull();
    expect(limitsAt(limits, at('2026-11-27T05:00:00+01:00'), berlin).upBytesPerSecond).toBeNull();
  });

  test('from and to alike: the whole day', () => {
    const limits = only(window(8, 8, [1]));
    expect(limitsAt(limits, at('2026-11-24T07:59:00+01:00'), berlin)).toEqual({
      ...slow,
      untilMs: at('2026-11-24T08:00:00+01:00'),
    });
  });

  test('the first of several holds, and an end that changes nothing is none', () => {
    const limits = only({ ...window(9, 10), upBytesPerSecond: 50_000 }, window(8, 12), window(12, 14));
    expect(limitsAt(limits, at('2026-11-23T09:30:00+01:00'), berlin).upBytesPerSecond).toBe(50_000);
    expect(limitsAt(limits, at('2026-11-23T10:30:00+01:00'), berlin).untilMs).toBe(at('2026-11-23T14:00:00+01:00'));
  });

  test('no schedule, or one that always says the same, never changes', () => {
    const always = { ...noLimits, ...slow };
    expect(limitsAt(always, 0, berlin)).toEqual({ ...slow, untilMs: null });
    expect(limitsAt({ ...always, schedule: [window(8, 18)] }, at('2026-11-23T10:00:00Z'), berlin).untilMs).toBeNull();
  });

  test('the clock is put forward over the start: the window opens when the clock is beyond it', () => {
    // 2026-03-29, 02:00 becomes 03:00.
    const limits = only({ ...window(2, 4), fromMinute: 150 });
    expect(limitsAt(limits, at('2026-03-29T00:59:00Z'), berlin).untilMs).toBe(at('2026-03-29T01:00:00Z'));
  });

  test('the clock is put back: an hour that comes twice counts twice', () => {
    // 2026-10-25, 03:00 becomes 02:00.
    const limits = only(window(2, 3));
    expect(limitsAt(limits, at('2026-10-25T00:10:00Z'), berlin).untilMs).toBe(at('2026-10-25T02:00:00Z'));
  });

  const limitArbitrary = fc.option(fc.integer({ min: 10_000, max: 99_000 }), { nil: null });
  const minute = fc.integer({ min: 0, max: 1439 });
  const limitsArbitrary: fc.Arbitrary<TransferLimits> = fc.record({
    upBytesPerSecond: limitArbitrary,
    downBytesPerSecond: limitArbitrary,
    schedule: fc.array(
      fc.record({
        upBytesPerSecond: limitArbitrary,
        downBytesPerSecond: limitArbitrary,
        days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
        fromMinute: minute,
        toMinute: minute,
      }),
      { maxLength: 4 },
    ),
  });
  /** Around both changes of the clock, and a week like any other. */
  const moments = fc.oneof(
    ...['2026-03-27T00:00:00Z', '2026-10-23T00:00:00Z', '2026-06-01T00:00:00Z', '2026-04-03T00:00:00Z'].map((iso) =>
      fc.integer({ min: 0, max: 5 * 24 * 3600 }).map((seconds) => at(iso) + seconds * 1000),
    ),
  );
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'].map(wallOf);

  test('nothing changes before the moment it names, and something does then, in any time zone', () => {
    fc.assert(
      fc.property(
        limitsArbitrary,
        moments,
        fc.constantFrom(...zones),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (limits, ms, zone, between) => {
          const pairAt = (moment: number) => {
            const { untilMs: _, ...pair } = limitsAt({ ...limits, schedule: limits.schedule }, moment, zone);
            return pair;
          };
          const { untilMs, ...now } = limitsAt(limits, ms, zone);
          const end = untilMs ?? ms + 7 * 24 * 3600_000;
          expect(end).toBeGreaterThan(ms);
          expect(pairAt(Math.floor(ms + (end - 1 - ms) * between))).toEqual(now);
          if (untilMs !== null) expect(pairAt(untilMs)).not.toEqual(now);
        },
      ),
      { numRuns: 40 },
    );
  });
});
