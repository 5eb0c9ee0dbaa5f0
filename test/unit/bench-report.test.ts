import { expect, test } from 'vitest';
import { median, type Measurement, renderTable, summarise } from '../bench/bench-report.ts';

const run = (wallSeconds: number): Measurement => ({
  outcome: 'done',
  wallSeconds,
  cpuSeconds: wallSeconds * 2,
  peakMiB: 100,
});

test('A median is the middle one, the mean of two in the middle, and nothing of nothing', () => {
  expect(median([9, 1, 10])).toBe(9);
  expect(median([4, 1, 2, 100])).toBe(3);
  expect(median([])).toBeUndefined();
});

test('Ratios are taken pair by pair, so that a slow moment of the machine does not count', () => {
  const pairs = [
    { ours: run(1), peer: run(2) },
    { ours: run(10), peer: run(20) },
    { ours: run(3), peer: run(4) },
  ];
  const summary = summarise({ row: 'up', protocol: 'http', peer: 'curl', pairs });
  expect(summary.ratios?.wallSeconds).toBe(0.5);
  expect(summary.ours?.wallSeconds).toBe(3);
  expect(summary.notes).toEqual([]);
});

test('A run that did not end well is in no figure, and is named in the table', () => {
  const late: Measurement = { outcome: 'late', why: 'killed after 5 s' };
  const pairs = [
    { ours: run(1), peer: late },
    { ours: run(3), peer: late },
  ];
  const summary = summarise({ row: 'ls', protocol: 'https', peer: 'aws', pairs });
  expect(summary.ratios).toBeNull();
  expect(renderTable([summary]).split('\n').at(-1)).toBe(
    '| ls | https | aws | – | – | – | 2.00 / – | 4.00 / – | 100 / – | aws late: killed after 5 s (2 of 2) |',
  );
});
