import type { Histogram } from 'node:perf_hooks';
import { toMarkdown } from './markdown-table.ts';

/** Pure: the event loop's histogram becomes delays, and those a table. */

/** The bar: 99 of 100 looks at the event loop find it less late than this. */
export const barP99Ms = 20;

export type LoopDelays = {
  /** How often the loop was looked at; with 0 the figures say nothing. */
  readonly samples: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
};

export type LoopReading = LoopDelays & {
  /** 0 to 1: of the time since the reading before, what the loop did not spend waiting for something to do. */
  readonly busyShare: number;
};

export type LoopRow = {
  readonly row: string;
  readonly protocol: string;
  /** null: nothing that may count was measured; the notes say why. */
  readonly reading: LoopReading | null;
  readonly notes: readonly string[];
};

/**
 * monitorEventLoopDelay records the time from one tick of its timer to the next, in ns: the timer's interval and what came on
 * top. The interval is taken off, and what is less than it (a tick that makes up for a late one) is no delay. The timer counts
 * whole milliseconds, so that figures below 1 ms say nothing. While the loop is held there is no tick: however long it takes,
 * that is one sample. So percentiles are shares of the looks at the loop, not of time, and `maxMs` belongs to them.
 */
export function readDelays(
  histogram: Pick<Histogram, 'count' | 'max' | 'percentile'>,
  resolutionMs: number,
): LoopDelays {
  const delayMs = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  const at = (percentile: number) => delayMs(histogram.percentile(percentile));
  const { count, max } = histogram;
  return { samples: count, p50Ms: at(50), p99Ms: at(99), p999Ms: at(99.9), maxMs: delayMs(max) };
}

const headings = ['event loop', 'over', 'p50 ms', 'p99 ms', 'p99.9 ms', 'max ms', 'busy', 'samples', 'notes'];

function cellsOf(reading: LoopReading | null): string[] {
  if (reading === null || reading.samples === 0) return ['–', '–', '–', '–', '–', '0'];
  const { p50Ms, p99Ms, p999Ms, maxMs, busyShare, samples } = reading;
  const delays = [p50Ms, p99Ms, p999Ms, maxMs].map((delay) => delay.toFixed(1));
  return [...delays, `${Math.round(busyShare * 100)} %`, String(samples)];
}

/** Whether the bar is held, in words. A row that was not measured says nothing either way, and is named. */
export function judge(rows: readonly LoopRow[]): string {
  const nameOf = ({ row, protocol }: LoopRow) => `${row} over ${protocol}`;
  const isMeasured = ({ reading }: LoopRow) => reading !== null && reading.samples > 0;
  const measured = rows.filter(isMeasured);
  const unknown = rows.filter((row) => !isMeasured(row));
  const missed = measured.filter(({ reading }) => reading !== null && reading.p99Ms >= barP99Ms);
  const words = [`Bar: p99 under ${barP99Ms} ms.`];
  if (missed.length > 0) words.push(`Missed: ${missed.map(nameOf).join(', ')}.`);
  else if (measured.length > 0) words.push(unknown.length > 0 ? 'Held by the others.' : 'Held.');
  if (unknown.length > 0) words.push(`Not measured: ${unknown.map(nameOf).join(', ')}.`);
  return words.join(' ');
}

/** A Markdown table of how late the event loop was, and the bar. */
export function renderLoopTable(rows: readonly LoopRow[]): string {
  const lines = rows.map(({ row, protocol, reading, notes }) => [row, protocol, ...cellsOf(reading), notes.join('; ')]);
  return `${toMarkdown(headings, lines)}\n\n${judge(rows)}`;
}
