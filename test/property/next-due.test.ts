import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastTime, nextTimes } from '../../main/automation/next-due.ts';
import { createScheduleSource } from '../../main/automation/schedule-source.ts';
import { ok } from '../../shared/result.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const windowDays = 3;

/** A zone and a day on which its clocks are set, or just a day. */
const windows = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  // Half an hour; at midnight; two hours; hours of quarters.
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Asia/Beirut', '2026-03-29'],
  ['Africa/Cairo', '2026-10-30'],
  ['Antarctica/Troll', '2026-03-29'],
  ['Antarctica/Troll', '2026-10-25'],
  ['Asia/Kathmandu', '2026-03-29'],
  ['UTC', '2026-02-28'],
] as const;

/** `walls`: what the clock on the wall shows in each minute of the days, as minutes since 1970. */
type Window = { readonly zone: string; readonly fromMs: number; readonly walls: readonly number[] };

function windowOf(zone: string, day: string): Window {
  const fromMs = Date.parse(day) - dayMs;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const walls = Array.from({ length: (windowDays * dayMs) / minuteMs }, (_, minute) => {
    const shown = format.format(fromMs + minute * minuteMs);
    return Date.parse(`${shown.replace(' ', 'T')}Z`) / minuteMs;
  });
  return { zone, fromMs, walls };
}

const known = new Map<string, Window>();
function windowAt(where: (typeof windows)[number]): Window {
  const [zone, day] = where;
  const window = known.get(where.join()) ?? windowOf(zone, day);
  known.set(where.join(), window);
  return window;
}

const names = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const numberOf = (text: string): number => (names.includes(text) ? names.indexOf(text) : Number(text));

/** The numbers that a field stands for: lists, ranges and steps. */
function valuesOf(field = ''): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [span = '', step = '1'] = part.split('/');
    const [from = 0, to = from] = span === '*' ? [0, 60] : span.split('-').map(numberOf);
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return values;
}

/** Whether the wall shows a time of the schedule; of days of the month and of the week one is enough where both are named. */
function matcherOf(expression: string): (wall: number) => boolean {
  const fields = expression.split(' ');
  const [minutes, hours, days, months, weekdays] = [0, 1, 2, 3, 4].map((index) => valuesOf(fields[index])) as [
    ReadonlySet<number>,
    ReadonlySet<number>,
    ReadonlySet<number>,
    ReadonlySet<number>,
    ReadonlySet<number>,
  ];
  const isAnyDay = fields[2] === '*' || fields[4] === '*';
  return (wall) => {
    if (!minutes.has(wall % 60) || !hours.has(Math.floor(wall / 60) % 24)) return false;
    const date = new Date(wall * minuteMs);
    const isDay = days.has(date.getUTCDate());
    const isWeekday = weekdays.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays.has(7));
    return months.has(date.getUTCMonth() + 1) && (isAnyDay ? isDay && isWeekday : isDay || isWeekday);
  };
}

/** [A20] minute by minute. */
function dueIn({ fromMs, walls }: Window, expression: string): number[] {
  const [minute = '', hour = ''] = expression.split(' ');
  const isTimeOfDay = !/[*/]/.test(minute + hour);
  const fits = matcherOf(expression);
  const due: number[] = [];
  let last = (walls[0] ?? 0) - 1;
  for (const [index, wall] of walls.entries()) {
    let isDue = !isTimeOfDay && fits(wall);
    // What was left out is made up for now, what comes again has been.
    if (isTimeOfDay) for (let each = last + 1; each <= wall; each += 1) isDue ||= fits(each);
    last = Math.max(last, wall);
    if (isDue) due.push(fromMs + index * minuteMs);
  }
  return due;
}

const number = (from: number, to: number) => fc.integer({ min: from, max: to });
const range = (from: number, to: number) =>
  fc.tuple(number(from, to), number(from, to)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
const list = (from: number, to: number) =>
  fc
    .array(fc.oneof(number(from, to).map(String), range(from, to)), { minLength: 1, maxLength: 3 })
    .map((all) => all.join());
const time = (from: number, to: number) =>
  fc.oneof(
    number(from, to).map(String),
    list(from, to),
    fc.constant('*'),
    number(2, 12).map((step) => `*/${step}`),
    fc.tuple(range(from, to), number(2, 5)).map(([span, step]) => `${span}/${step}`),
  );
const cron = fc
  .tuple(
    time(0, 59),
    // Where clocks are set, most often.
    fc.oneof(time(0, 23), time(0, 3)),
    fc.oneof(fc.constant('*'), fc.constant('*'), list(24, 31), list(1, 31)),
    fc.constantFrom('*', '*', '3', '3,10', '2-11', '4'),
    fc.oneof(fc.constant('*'), fc.constant('*'), fc.constantFrom('SUN', '7', 'MON-FRI', '6-7', 'SUN,WED'), list(0, 6)),
  )
  .map((fields) => fields.join(' '));

/** A window itself is too long for a report. */
const anyPlace = fc.constantFrom(...windows);
// Most often to the minute, as times are.
const within = number(0, (windowDays - 1) * dayMs).chain((ms) => fc.constantFrom(ms, ms - (ms % minuteMs)));
const at = (ms: number) => new Date(ms).toISOString();

describe('[A20] times of a schedule', () => {
  test('are those that a clock on the wall comes by, minute by minute', () => {
    fc.assert(
      fc.property(anyPlace, cron, within, number(1, 40), (place, expression, afterMs, count) => {
        const window = windowAt(place);
        const schedule = { cron: expression, timeZone: window.zone };
        const startMs = window.fromMs + afterMs;
        const endMs = window.fromMs + windowDays * dayMs;
        const wanted = dueIn(window, expression).filter((ms) => ms > startMs);
        const told = nextTimes(schedule, startMs, count);
        const inside = (told.ok ? told.value : []).filter((ms) => ms < endMs);
        expect(inside.map(at)).toEqual(wanted.slice(0, count).map(at));
      }),
      { numRuns: 400 },
    );
  });

  test('[A21] the last one is found from behind', () => {
    fc.assert(
      fc.property(anyPlace, cron, within, within, (place, expression, since, now) => {
        const window = windowAt(place);
        const schedule = { cron: expression, timeZone: window.zone };
        const [sinceMs, nowMs] = [window.fromMs + since, window.fromMs + now];
        const wanted = dueIn(window, expression).findLast((ms) => ms > sinceMs && ms <= nowMs);
        expect(lastTime(schedule, sinceMs, nowMs)).toBe(wanted ?? null);
      }),
      { numRuns: 300 },
    );
  });
});

/** A rule's schedule, looked at when the machine happens to be awake; what was journaled of it, with the time when. */
async function ranAt(schedule: object, catchUp: boolean, createdMs: number, awakeAtMs: readonly number[]) {
  const rule = {
    id: 'rule',
    trigger: { type: 'schedule', catchUp, ...schedule },
    createdMs,
    scheduleMs: null,
    revision: 1,
  };
  const runs: { readonly dueMs: number; readonly seenMs: number }[] = [];
  let nowMs = createdMs;
  const source = createScheduleSource({
    journal: {
      addRuns: async ([run]: { source: string; seenMs: number }[]) => {
        const dueMs = Number(run?.source.slice(3));
        if (runs.some((each) => each.dueMs === dueMs)) return ok(0);
        runs.push({ dueMs, seenMs: run?.seenMs ?? 0 });
        return ok(1);
      },
      change: async () => ok(),
    },
    clock: { nowMs: () => nowMs, setTimer: () => () => undefined },
    rules: () => [rule],
    mayRun: () => true,
    notePatch: (_id: string, patch: object) => void Object.assign(rule, patch),
    onRuns: () => undefined,
    onUnexpected: (_where: string, thrown: unknown) => {
      throw thrown;
    },
  } as unknown as Parameters<typeof createScheduleSource>[0]);
  source.start();
  const newRuns: number[] = [];
  for (const awakeMs of awakeAtMs) {
    const before = runs.length;
    nowMs = awakeMs;
    source.refresh();
    await new Promise((resolve) => setImmediate(resolve));
    newRuns.push(runs.length - before);
  }
  source.stop();
  return { runs, newRuns };
}

test('[A21] what was missed is made up for once, and a clock that is set back repeats nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyPlace,
      cron,
      fc.boolean(),
      within,
      fc.array(number(-3 * 3600, 30 * 3600), { minLength: 1, maxLength: 6 }),
      async (place, expression, catchUp, created, sleeps) => {
        const window = windowAt(place);
        const createdMs = window.fromMs + created;
        const endMs = window.fromMs + windowDays * dayMs;
        const awakeMs: number[] = [];
        for (const seconds of sleeps) {
          const nextMs = (awakeMs.at(-1) ?? createdMs) + seconds * 1000;
          if (nextMs > window.fromMs && nextMs < endMs) awakeMs.push(nextMs);
        }
        const schedule = { cron: expression, timeZone: window.zone };
        const { runs, newRuns } = await ranAt(schedule, catchUp, createdMs, awakeMs);
        const due = dueIn(window, expression).filter((ms) => ms > Math.min(createdMs, ...awakeMs));
        expect(runs.filter(({ dueMs }) => !due.includes(dueMs))).toEqual([]);
        expect(new Set(runs.map(({ dueMs }) => dueMs)).size).toBe(runs.length);
        for (const count of newRuns) expect(count).toBeLessThanOrEqual(1);
        const lastMs = due.findLast((ms) => ms > createdMs && ms <= Math.max(...awakeMs));
        if (catchUp && lastMs !== undefined) expect(runs.map(({ dueMs }) => dueMs)).toContain(lastMs);
        if (!catchUp) expect(runs.filter(({ dueMs, seenMs }) => seenMs - dueMs > minuteMs)).toEqual([]);
      },
    ),
    { numRuns: 100 },
  );
});
