import { createHistogram } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { judge, type LoopRow, readDelays, renderLoopTable } from '../bench/event-loop-report.ts';

const reading = { samples: 1000, p50Ms: 0.12, p99Ms: 3.44, p999Ms: 12.3, maxMs: 40, busyShare: 0.625 };
const row = (name: string, more: Partial<typeof reading> = {}): LoopRow => ({
  row: name,
  protocol: 'http',
  reading: { ...reading, ...more },
  notes: [],
});
const failed: LoopRow = { row: 'down', protocol: 'http', reading: null, notes: ['failed: exit code 1, a | b\nc'] };

test('The interval of the timer is taken off what the histogram has, and an early tick is no delay', () => {
  const histogram = createHistogram();
  for (let tick = 0; tick < 98; tick += 1) histogram.record(1_200_000);
  histogram.record(40_000);
  histogram.record(31_000_000);
  const delays = readDelays(histogram, 1);
  expect(delays.samples).toBe(100);
  expect(delays.p50Ms).toBeCloseTo(0.2, 2);
  expect(delays.p99Ms).toBeCloseTo(0.2, 2);
  // A histogram of three digits.
  expect(delays.p999Ms).toBeCloseTo(30, 1);
  expect(delays.maxMs).toBeCloseTo(30, 1);
  expect(readDelays(histogram, 10).p50Ms).toBe(0);
});

test('A histogram of nothing is read without a delay, and its row has no figures', () => {
  const delays = readDelays(createHistogram(), 1);
  expect(delays).toMatchObject({ samples: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
  const nothing: LoopRow = { ...failed, reading: { ...delays, busyShare: 0 }, notes: [] };
  expect(renderLoopTable([nothing]).split('\n').slice(2)).toEqual([
    '| down | http | – | – | – | – | – | 0 |  |',
    '',
    'Bar: p99 under 20 ms. Not measured: down over http.',
  ]);
});

test('The table has a row for each load, also for one that did not end well, and then the bar', () => {
  expect(renderLoopTable([row('up'), failed]).split('\n')).toEqual([
    '| event loop | over | p50 ms | p99 ms | p99.9 ms | max ms | busy | samples | notes |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    '| up | http | 0.1 | 3.4 | 12.3 | 40.0 | 63 % | 1000 |  |',
    '| down | http | – | – | – | – | – | 0 | failed: exit code 1, a \\| b c |',
    '',
    'Bar: p99 under 20 ms. Held by the others. Not measured: down over http.',
  ]);
});

test('The bar is missed by those that reach it, and held only when every row was measured below it', () => {
  expect(judge([row('up', { p99Ms: 19.99 }), row('down')])).toBe('Bar: p99 under 20 ms. Held.');
  expect(judge([row('up', { p99Ms: 20 }), row('down'), failed])).toBe(
    'Bar: p99 under 20 ms. Missed: up over http. Not measured: down over http.',
  );
});
