import type { ScheduledLimit } from '../../../shared/domain/transfer-limits.ts';

/** When a limit of the schedule holds. */
export type LimitHours = Pick<ScheduledLimit, 'days' | 'fromMinute' | 'toMinute'>;

const longNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const dayNames = longNames.map((name) => name.slice(0, 3));

/**
 * Pure. Hours of the week as people write them: `Mon-Fri 8:00-18:00`, `Sat,Sun 9:30-24:00`, `22:00-6:00` (every day, into
 * the next). English names of days, in any case, three letters or more. Null: none.
 */
export function parseHours(text: string): LimitHours | null {
  const [, dayWords, from, to] = /^(?:(.+?)\s+)?(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})$/.exec(text.trim()) ?? [];
  const days = dayWords === undefined ? [0, 1, 2, 3, 4, 5, 6] : daysOf(dayWords);
  const fromMinute = minuteOf(from ?? '', 1439);
  const toMinute = minuteOf(to ?? '', 1440);
  if (days === null || fromMinute === null || toMinute === null) return null;
  // Midnight ends a day, and is the beginning of the next.
  return { days, fromMinute, toMinute: toMinute % 1440 };
}

function daysOf(text: string): number[] | null {
  const days = new Set<number>();
  for (const piece of text.split(',')) {
    const [first, last = first, ...more] = piece.split('-').map((word) => dayOf(word.trim()));
    if (first === undefined || last === undefined || first < 0 || last < 0 || more.length > 0) return null;
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  return [...days].sort((a, b) => a - b);
}

/** -1: none. */
function dayOf(word: string): number {
  return word.length < 3 ? -1 : longNames.findIndex((name) => name.toLowerCase().startsWith(word.toLowerCase()));
}

function minuteOf(text: string, most: number): number | null {
  const [hour = Number.NaN, minute = Number.NaN] = text.split(':').map(Number);
  const minutes = hour * 60 + minute;
  return minute < 60 && minutes <= most ? minutes : null;
}
