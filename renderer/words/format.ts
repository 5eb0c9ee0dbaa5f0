import type { TFunction } from 'i18next';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const formatters = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, unit: string, digits: number): Intl.NumberFormat {
  const key = `${locale} ${unit} ${digits}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: unit.startsWith('byte') ? 'long' : 'short',
    minimumFractionDigits: 0,
    maximumFractionDigits: digits,
  });
  formatters.set(key, made);
  return made;
}

function scaled(value: number): { readonly value: number; readonly unit: (typeof units)[number] } {
  let step = 0;
  let rest = value;
  // 999.95 would be shown as 1,000: it belongs to the next unit.
  while (rest >= 999.95 && step < units.length - 1) {
    rest /= 1000;
    step += 1;
  }
  return { value: rest, unit: units[step] ?? 'byte' };
}

/** `1.2 MB`; decimal units, as disks and S3's bills have them. */
export function formatBytes(bytes: number, locale: string): string {
  const { value, unit } = scaled(bytes);
  return numberFormat(locale, unit, unit === 'byte' ? 0 : value < 100 ? 1 : 0).format(value);
}

export function formatSpeed(bytesPerSecond: number, locale: string): string {
  const { value, unit } = scaled(Math.max(0, bytesPerSecond));
  return numberFormat(locale, `${unit}-per-second`, unit === 'byte' ? 0 : value < 100 ? 1 : 0).format(value);
}

export function formatPercent(fraction: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent' }).format(Math.min(1, Math.max(0, fraction)));
}

/** `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(seconds: number, t: TFunction): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return t('time.seconds', { count: whole });
  if (whole < 3600) return t('time.minutes', { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  if (whole < 86_400) {
    return t('time.hours', { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
  }
  return t('time.days', { days: Math.floor(whole / 86_400), hours: Math.floor((whole % 86_400) / 3600) });
}

/** Short and relative to now: the time today, `yesterday 14:02`, the day this year, the date before. */
export function formatDate(ms: number, nowMs: number, locale: string, t: TFunction): string {
  const date = new Date(ms);
  const now = new Date(nowMs);
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(date);
  const dayStart = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date >= dayStart && date.toDateString() === now.toDateString()) return t('time.today', { time });
  if (date >= yesterday && date < dayStart) return t('time.yesterday', { time });
  if (date.getFullYear() === now.getFullYear()) {
    return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(date);
  }
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(date);
}

export function formatExactDate(ms: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' }).format(new Date(ms));
}
