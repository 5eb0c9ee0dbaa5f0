const minuteMs = 60_000;
const dayMs = 86_400_000;
const known = new Map<string, readonly number[]>();

/**
 * When a schedule is due around a day, counted minute by minute ([A20]): a time of day once a day, the first of two; right after
 * the hour that leaves it out. What comes every so many minutes does so whatever clocks say.
 */
export function dueTimes(cron: string, timeZone: string, aroundMs: number): readonly number[] {
  const fromMs = (Math.floor(aroundMs / dayMs) - 1) * dayMs;
  const id = `${cron} ${timeZone} ${fromMs}`;
  const there = known.get(id);
  if (there !== undefined) return there;
  const [minute = '', hour = ''] = cron.split(' ');
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const due: number[] = [];
  const done = new Set<string>();
  const target = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  for (let ms = fromMs; ms < fromMs + 4 * dayMs; ms += minuteMs) {
    if (hour === '*') {
      const step = minute === '0' ? 60 : Number(minute.slice(2));
      if ((ms / minuteMs) % step === 0) due.push(ms);
      continue;
    }
    const [date = '', time = ''] = format.format(new Date(ms)).split(', ');
    if (time < target || done.has(date)) continue;
    done.add(date);
    // The first day begins in its middle somewhere.
    if (done.size > 1) due.push(ms);
  }
  known.set(id, due);
  return due;
}
