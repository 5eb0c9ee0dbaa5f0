import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LimitPair, LimitsView } from '../../../../shared/domain/transfer-limits.ts';
import { useFormat } from '../../../words/use-format.ts';

/** Limits in words. Rates are decimal as they were set, whatever the system counts files in. */
export function useLimitWords() {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const rate = (bytesPerSecond: number) =>
      bytesPerSecond < 1_000_000
        ? t('limits.kilobytes', { value: format.number(bytesPerSecond / 1000) })
        : t('limits.megabytes', { value: format.number(bytesPerSecond / 1_000_000) });
    const pair = ({ upBytesPerSecond: up, downBytesPerSecond: down }: LimitPair) => {
      if (up !== null && up === down) return t('limits.both', { rate: rate(up) });
      const parts = [
        ...(up === null ? [] : [t('limits.upAt', { rate: rate(up) })]),
        ...(down === null ? [] : [t('limits.downAt', { rate: rate(down) })]),
      ];
      return parts.length === 0 ? t('limits.none') : format.list(parts, 'unit');
    };
    return {
      rate,
      /** What holds now and until when; null: nothing does, and nothing will by itself. */
      now: ({ now }: LimitsView): string | null => {
        const { upBytesPerSecond, downBytesPerSecond, untilMs } = now;
        const isFree = upBytesPerSecond === null && downBytesPerSecond === null;
        if (untilMs === null) return isFree ? null : t('limits.inForce', { limits: pair(now) });
        const time = format.until(untilMs);
        return isFree ? t('limits.freeUntil', { time }) : t('limits.inForceUntil', { limits: pair(now), time });
      },
    };
  }, [t, format]);
}
