import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppInfo } from '../stores/app-info.ts';
import * as format from './format.ts';

/** Numbers, sizes, speeds, dates and lists in the window's language and the system's convention. */
export function useFormat(): Format {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  const convention = useAppInfo(({ info }) => format.sizeConventionOf(info?.platform));
  return useMemo(() => createFormat(t, locale, convention), [t, locale, convention]);
}

export type Format = ReturnType<typeof createFormat>;

/** The same outside of a component. */
export function createFormat(t: TFunction, locale: string, convention: format.SizeConvention) {
  return {
    number: (value: number) => format.formatNumber(value, locale),
    bytes: (bytes: number) => format.formatBytes(bytes, locale, convention),
    speed: (bytesPerSecond: number) => format.formatSpeed(bytesPerSecond, locale, convention),
    percent: (fraction: number) => format.formatPercent(fraction, locale),
    list: (parts: readonly string[], type?: format.ListType) => format.formatList(parts, locale, type),
    duration: (seconds: number) => format.formatDuration(seconds, t),
    longDuration: (seconds: number) => format.formatLongDuration(seconds, locale),
    date: (ms: number) => format.formatDate(ms, Date.now(), locale, t),
    until: (ms: number) => format.formatUntil(ms, Date.now(), locale, t),
    exactDate: (ms: number) => format.formatExactDate(ms, locale),
    moment: (ms: number, timeZone?: string) => format.formatMoment(ms, locale, timeZone),
    timeOfDay: (hour: number, minute: number) => format.formatTimeOfDay(hour, minute, locale),
    weekday: (day: number) => format.formatWeekday(day, locale),
    dollars: (dollars: number) => format.formatDollars(dollars, locale),
  };
}
