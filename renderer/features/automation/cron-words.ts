import type { TFunction } from 'i18next';
import type { Format } from '../../words/use-format.ts';

/** Times that most people want, as cron writes them. */
export const cronPresets = [
  '*/15 * * * *',
  '0 * * * *',
  '0 2 * * *',
  '0 8 * * *',
  '0 8 * * 1-5',
  '0 8 * * 1',
  '0 8 1 * *',
] as const;

/** Before this hour a time of day is at night. */
const morning = 6;
const isNumber = (field: string, least: number, most: number) =>
  /^\d{1,2}$/.test(field) && Number(field) >= least && Number(field) <= most;
/** Other steps begin anew with each hour: every 45 minutes would be at 0 and 45. */
const isEven = (step: number) => step > 0 && 60 % step === 0;

/** Pure. A cron expression in words, where there are plain ones for it; else as it is written. */
export function describeCron(cron: string, t: TFunction, format: Format): string {
  const fields = cron.trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  const asWritten = t('ruleSentence.times.cron', { cron: cron.trim() });
  if (fields.length !== 5 || month !== '*') return asWritten;
  const step = /^\*\/(\d{1,2})$/.exec(minute)?.[1];
  const everyHour = hour === '*' && day === '*' && weekday === '*';
  if (everyHour && step !== undefined && isEven(Number(step)) && step !== '60')
    return t('ruleSentence.times.minutes', { count: Number(step) });
  if (everyHour && minute === '*') return t('ruleSentence.times.minutes', { count: 1 });
  if (everyHour && minute === '0') return t('ruleSentence.times.hourly');
  if (!isNumber(minute, 0, 59) || !isNumber(hour, 0, 23)) return asWritten;
  const time = format.timeOfDay(Number(hour), Number(minute));
  if (day === '*' && weekday === '*') {
    return Number(hour) < morning ? t('ruleSentence.times.nightly', { time }) : t('ruleSentence.times.daily', { time });
  }
  if (day === '*' && weekday === '1-5') return t('ruleSentence.times.weekdays', { time });
  if (day === '*' && /^[0-7]$/.test(weekday)) {
    return t('ruleSentence.times.weekly', { day: format.weekday(Number(weekday)), time });
  }
  if (weekday === '*' && isNumber(day, 1, 28)) return t('ruleSentence.times.monthly', { day, time });
  return asWritten;
}

const whole = new Map([
  [60, 'everyMinute'],
  [3600, 'everyHour'],
  [86_400, 'everyDay'],
] as const);

/** Pure. How often, in words. */
export function everyText(seconds: number, t: TFunction, format: Format): string {
  const one = whole.get(seconds as 60);
  return one === undefined ? t('ruleSentence.every', { time: format.longDuration(seconds) }) : t(`ruleSentence.${one}`);
}
