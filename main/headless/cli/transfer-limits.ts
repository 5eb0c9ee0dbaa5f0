import type { LimitsView, ScheduledLimit, TransferLimits } from '../../../shared/domain/transfer-limits.ts';
import { parseRate } from '../../../shared/domain/transfer-limits.ts';
import { BadArguments } from './arguments.ts';
import { outLine, sayError, type CommandContext, type ExitCode } from './command.ts';
import { formatBytes } from './format.ts';

/** `brigade transfers limit`: shows the limits, or sets those that hold while the schedule says nothing else. */
export async function limit(context: CommandContext): Promise<ExitCode> {
  const { line, io } = context;
  const { up, down } = line.options;
  const change: Partial<TransferLimits> = {
    ...(up === undefined ? {} : { upBytesPerSecond: rateOf('up', up) }),
    ...(down === undefined ? {} : { downBytesPerSecond: rateOf('down', down) }),
  };
  const session = await context.openSession();
  if (session === null) return 1;
  const { engine } = session;
  let view = await engine.call('transfers.limits', {});
  if (view.ok && Object.keys(change).length > 0) {
    const set = await engine.call('transfers.setLimits', { limits: { ...view.value.limits, ...change } });
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

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

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
