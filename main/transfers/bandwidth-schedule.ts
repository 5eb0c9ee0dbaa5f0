import type { LimitPair, ScheduledLimit, TransferLimits } from '../../shared/domain/transfer-limits.ts';

/** What a clock on the wall shows: 0 is Sunday, minutes are those since midnight. */
export type WallTime = { readonly day: number; readonly minute: number };

/** Reads the wall clock at a moment; the tests bring time zones. */
export type ReadWall = (ms: number) => WallTime;

/** The time zone of this machine. */
export const localWall: ReadWall = (ms) => {
  const date = new Date(ms);
  return { day: date.getDay(), minute: date.getHours() * 60 + date.getMinutes() };
};

const minuteMs = 60_000;
/** A week, and the hour that the wall clock may be put back. */
const searchMinutes = 7 * 24 * 60 + 120;

/** The limits that hold at a moment, and when others come into force; null: not within a week. Pure. */
export function limitsAt(
  limits: TransferLimits,
  ms: number,
  readWall: ReadWall = localWall,
): LimitPair & { readonly untilMs: number | null } {
  const now = limitsOnWall(limits, readWall(ms));
  if (limits.schedule.length === 0) return { ...now, untilMs: null };
  // The wall clock leaps: whoever computes with it meets hours that are not there and hours that come twice. Looking at
  // each minute meets them as they are, costs a few milliseconds and is done when something changes.
  const firstMinute = Math.floor(ms / minuteMs) + 1;
  for (let minute = firstMinute; minute < firstMinute + searchMinutes; minute += 1) {
    const then = limitsOnWall(limits, readWall(minute * minuteMs));
    if (!areSame(now, then)) return { ...now, untilMs: minute * minuteMs };
  }
  return { ...now, untilMs: null };
}

function limitsOnWall(limits: TransferLimits, wall: WallTime): LimitPair {
  const { upBytesPerSecond, downBytesPerSecond } = limits.schedule.find((one) => isOpen(one, wall)) ?? limits;
  return { upBytesPerSecond, downBytesPerSecond };
}

function isOpen({ days, fromMinute, toMinute }: ScheduledLimit, { day, minute }: WallTime): boolean {
  const overMidnight = toMinute <= fromMinute;
  const sinceToday = minute >= fromMinute && (overMidnight || minute < toMinute) && days.includes(day);
  const sinceYesterday = overMidnight && minute < toMinute && days.includes((day + 6) % 7);
  return sinceToday || sinceYesterday;
}

function areSame(a: LimitPair, b: LimitPair): boolean {
  return a.upBytesPerSecond === b.upBytesPerSecond && a.downBytesPerSecond === b.downBytesPerSecond;
}
