import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import * as format from './format.ts';

/** Sizes, speeds and dates in the window's language. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  return useMemo(
    () => ({
      bytes: (bytes: number) => format.formatBytes(bytes, locale),
      speed: (bytesPerSecond: number) => format.formatSpeed(bytesPerSecond, locale),
      percent: (fraction: number) => format.formatPercent(fraction, locale),
      duration: (seconds: number) => format.formatDuration(seconds, t),
      date: (ms: number) => format.formatDate(ms, Date.now(), locale, t),
      exactDate: (ms: number) => format.formatExactDate(ms, locale),
    }),
    [t, locale],
  );
}
