import type { LimitPair, LimitsView, ScheduledLimit, TransferLimits } from '../../../shared/domain/transfer-limits.ts';
import { parseRate } from '../../../shared/domain/transfer-limits.ts';
import { BadArguments, type Options } from './arguments.ts';
import { outLine, sayError, type CommandContext, type ExitCode } from './command.ts';
import { formatBytes } from './format.ts';
import { dayNames, type LimitHours, parseHours } from './limit-hours.ts';

/** `brigade transfers limit`: shows the limits, or sets those that hold always, in some hours, or while no hours say otherwise. */
export async function limit(context: CommandContext): Promise<ExitCode> {
  const { line, io } = context;
  const change = changeOf(line.options);
  const session = await context.openSession();
  if (session === null) return 1;
  const { engine } = session;
  let view = await engine.call('transfers.limits', {});
  if (view.ok && change !== null) {
    const set = await engine.call('transfers.setLimits', { limits: change(view.value.limits) });
    view = set.ok ? await engine.call('transfers.limits', {}) : set;
  }
  if (!view.ok) {
    sayError(io, view.error);
    return 1;
  }
  const lines = context.json ? [view.value] : humanLines(view.value);
  for (const one of lines) if (!(await outLine(io, one))) return 0;
  return 0;
}

/** What the options ask for; null: only to see. */
function changeOf(options: Options): ((limits: TransferLimits) => TransferLimits) | null {
  const { up, down, during } = options;
  const pair: Partial<LimitPair> = {
    ...(up === undefined ? {} : { upBytesPerSecond: rateOf('up', up) }),
    ...(down === undefined ? {} : { downBytesPerSecond: rateOf('down', down) }),
  };
  const hasRate = up !== undefined || down !== undefined;
  const forgets = options['no-schedule'] === true;
  if (during === undefined) {
    if (!hasRate && !forgets) return null;
    return (limits) => ({ ...limits, ...pair, ...(forgets ? { schedule: [] } : {}) });
  }
  const hours = parseHours(during);
  if (hours === null)
    throw new BadArguments(`--during takes hours like "Mon-Fri 8:00-18:00" or "22:00-6:00"; not "${during}".`);
  if (!hasRate) throw new BadArguments('Which limit in these hours? Give --up, --down or both; off is no limit.');
  const entry: ScheduledLimit = { upBytesPerSecond: null, downBytesPerSecond: null, ...pair, ...hours };
  return (limits) => ({
    ...limits,
    schedule: [...(forgets ? [] : limits.schedule.filter((other) => !isSameHours(other, hours))), entry],
  });
}

function isSameHours(a: LimitHours, b: LimitHours): boolean {
  const of = ({ days, fromMinute, toMinute }: LimitHours) =>
    [fromMinute, toMinute, ...days.toSorted((x, y) => x - y)].join(' ');
  return of(a) === of(b);
}

function rateOf(name: string, text: string): number | null {
  const rate = parseRate(text);
  if (rate === null)
    throw new BadArguments(`--${name} takes a rate from 10k to 2G a second, like 500k or 2M, or off; not "${text}".`);
  return rate.bytesPerSecond;
}

function humanLines({ limits, now }: LimitsView): string[] {
  const until = now.untilMs === null ? '' : ` until ${whenOf(now.untilMs)}`;
  const lines = [`now        ${pair(now)}${until}`];
  if (limits.schedule.length > 0) lines.push(`otherwise  ${pair(limits)}`, ...limits.schedule.map(scheduleLine));
  return lines;
}

function scheduleLine(entry: ScheduledLimit): string {
  const days = entry.days.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7)).map((day) => dayNames[day]);
  return `schedule   ${days.join(' ')} ${clockOf(entry.fromMinute)}-${clockOf(entry.toMinute)}  ${pair(entry)}`;
}

function pair({
  upBytesPerSecond,
  downBytesPerSecond,
}: Pick<TransferLimits, 'upBytesPerSecond' | 'downBytesPerSecond'>): string {
  return `up ${rateText(upBytesPerSecond)}, down ${rateText(downBytesPerSecond)}`;
}

function rateText(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? 'off' : `${formatBytes(bytesPerSecond)}/s`;
}

const two = (value: number): string => String(value).padStart(2, '0');
const clockOf = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

function whenOf(ms: number): string {
  const date = new Date(ms);
  return `${dayNames[date.getDay()]} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
