import type { TFunction } from 'i18next';

/** How the system of the person counts bytes: Explorer in steps of 1024, everything else in steps of 1000. */
export type SizeConvention = 'decimal' | 'binary';

/** `platform` as Node names it. */
export const sizeConventionOf = (platform: string | undefined): SizeConvention =>
  platform === 'win32' ? 'binary' : 'decimal';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/** Formatters are dear to make, and lists ask for thousands of them. */
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.ListFormat>();
function once<F extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.ListFormat>(key: string, make: () => F): F {
  const known = made.get(key);
  if (known) return known as F;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}

function numberFormat(locale: string, unit: string, digits: number): Intl.NumberFormat {
  return once(
    `number ${locale} ${unit} ${digits}`,
    () =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        minimumFractionDigits: 0,
        maximumFractionDigits: digits,
      }),
  );
}

function dateFormat(locale: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return once(`date ${locale} ${name}`, () => new Intl.DateTimeFormat(locale, options));
}

function formatScaled(bytes: number, locale: string, convention: SizeConvention, per: '' | '-per-second'): string {
  const base = convention === 'binary' ? 1024 : 1000;
  let step = 0;
  let value = bytes;
  // 999.5 would be shown as 1,000: it belongs to the next unit.
  while (value >= base - 0.5 && step < units.length - 1) {
    value /= base;
    step += 1;
  }
  const unit = units[step] ?? 'byte';
  const digits = step === 0 || value >= 100 ? 0 : 1;
  const text = numberFormat(locale, `${unit}${per}`, digits).format(value);
  // Explorer writes the kilobyte of 1024 bytes with a capital.
  return convention === 'binary' && step === 1 ? text.replace('kB', 'KB') : text;
}

/** `1.2 MB`, `340 bytes`. */
export function formatBytes(bytes: number, locale: string, convention: SizeConvention): string {
  return formatScaled(bytes, locale, convention, '');
}

/** `212 MB/s`. */
export function formatSpeed(bytesPerSecond: number, locale: string, convention: SizeConvention): string {
  return formatScaled(Math.max(0, bytesPerSecond), locale, convention, '-per-second');
}

export function formatNumber(value: number, locale: string): string {
  return once(`plain ${locale}`, () => new Intl.NumberFormat(locale)).format(value);
}

export function formatPercent(fraction: number, locale: string): string {
  const format = once(`percent ${locale}`, () => new Intl.NumberFormat(locale, { style: 'percent' }));
  return format.format(Math.min(1, Math.max(0, fraction)));
}

/** `conjunction`: `a, b, and c`; `disjunction`: `a, b, or c`; `unit`: `a, b, c`. */
export type ListType = 'conjunction' | 'disjunction' | 'unit';

export function formatList(parts: readonly string[], locale: string, type: ListType = 'conjunction'): string {
  return once(`list ${locale} ${type}`, () => new Intl.ListFormat(locale, { type })).format(parts);
}

/** `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. At least a second. */
export function formatDuration(seconds: number, t: TFunction): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return t('time.seconds', { count: whole });
  if (whole < 3600) return t('time.minutes', { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  if (whole < 86_400) {
    return t('time.hours', { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
  }
  return t('time.days', { days: Math.floor(whole / 86_400), hours: Math.floor((whole % 86_400) / 3600) });
}

/** `1 hour`, `2 hours, 30 minutes`, `3 days`: for a length of time that is set, to the second. */
export function formatLongDuration(seconds: number, locale: string): string {
  const parts = [
    ['day', Math.floor(seconds / 86_400)],
    ['hour', Math.floor((seconds % 86_400) / 3600)],
    ['minute', Math.floor((seconds % 3600) / 60)],
    ['second', seconds % 60],
  ] as const;
  const shown = parts.filter(([, value]) => value > 0);
  return formatList(
    shown.map(([unit, value]) =>
      once(
        `long ${locale} ${unit}`,
        () => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }),
      ).format(value),
    ),
    locale,
    'unit',
  );
}

/**
 * Short and relative to now: the time today, `yesterday 14:02` and `tomorrow 14:02`, the weekday and time of the days before in a week, the
 * day this year, the date otherwise. Days are those of the calendar where the window is.
 */
export function formatDate(ms: number, nowMs: number, locale: string, t: TFunction): string {
  const daysAgo = calendarDaysBetween(ms, nowMs);
  if (daysAgo === 0) return t('time.today', { time: timeOfDay(ms, locale) });
  if (daysAgo === -1) return t('time.tomorrow', { time: timeOfDay(ms, locale) });
  if (daysAgo === 1) return t('time.yesterday', { time: timeOfDay(ms, locale) });
  if (daysAgo > 1 && daysAgo < 7) return weekdayAndTime(ms, locale);
  if (new Date(ms).getFullYear() === new Date(nowMs).getFullYear()) {
    return dateFormat(locale, 'day', { day: 'numeric', month: 'short' }).format(ms);
  }
  return dateFormat(locale, 'date', { dateStyle: 'medium' }).format(ms);
}

/** The same of a time to come whose hour matters: with weekday and time within a week. */
export function formatUntil(ms: number, nowMs: number, locale: string, t: TFunction): string {
  const days = calendarDaysBetween(nowMs, ms);
  return days > 1 && days < 7 ? weekdayAndTime(ms, locale) : formatDate(ms, nowMs, locale, t);
}

const weekdayAndTime = (ms: number, locale: string) =>
  unbrokenTime(dateFormat(locale, 'weekday', { weekday: 'long', hour: 'numeric', minute: '2-digit' }), ms);

const timeOfDay = (ms: number, locale: string) => unbrokenTime(dateFormat(locale, 'time', { timeStyle: 'short' }), ms);

/** A time of the clock, on any day. */
export const formatTimeOfDay = (hour: number, minute: number, locale: string) =>
  timeOfDay(new Date(2026, 0, 4, hour, minute).getTime(), locale);

/** `Monday`; 0 and 7 are Sunday, as in cron. */
export const formatWeekday = (day: number, locale: string) =>
  // The 4th of January 2026 is a Sunday.
  dateFormat(locale, 'weekdayName', { weekday: 'long' }).format(new Date(2026, 0, 4 + (day % 7), 12));

/** `Nov 3, 2026, 14:02`: a moment where a relative one would not do. */
export const formatMoment = (ms: number, locale: string, timeZone?: string) =>
  timeZone === undefined
    ? dateFormat(locale, 'moment', momentStyle).format(ms)
    : dateFormat(locale, `moment ${timeZone}`, { ...momentStyle, timeZone }).format(ms);

const momentStyle = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
} as const;

/** `$0.22`: a price in US dollars, to the cent, or two digits that matter where it is less. */
export function formatDollars(dollars: number, locale: string): string {
  const style = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
  return dollars > 0 && dollars < 0.01
    ? once(
        `small dollars ${locale}`,
        () => new Intl.NumberFormat(locale, { ...style, maximumSignificantDigits: 1 }),
      ).format(dollars)
    : once(`dollars ${locale}`, () => new Intl.NumberFormat(locale, style)).format(dollars);
}

/** `10:32 PM` stays on one line: without its end it would be another time. */
function unbrokenTime(format: Intl.DateTimeFormat, ms: number): string {
  const parts = format.formatToParts(ms);
  const isOfTime = ({ type }: Intl.DateTimeFormatPart) => ['hour', 'minute', 'dayPeriod'].includes(type);
  const [first, last] = [parts.findIndex(isOfTime), parts.findLastIndex(isOfTime)];
  return parts.map(({ value }, at) => (at > first && at < last ? value.replaceAll(/\s/g, '\u00a0') : value)).join('');
}

/** Whole days of the calendar from one to the other; days with a change of the clock count as one. */
function calendarDaysBetween(ms: number, nowMs: number): number {
  const noonOf = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate(), 12);
  return Math.round((noonOf(new Date(nowMs)) - noonOf(new Date(ms))) / 86_400_000);
}

export function formatExactDate(ms: number, locale: string): string {
  return dateFormat(locale, 'exact', { dateStyle: 'full', timeStyle: 'long' }).format(ms);
}
