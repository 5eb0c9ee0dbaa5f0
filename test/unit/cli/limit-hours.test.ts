import { expect, test } from 'vitest';
import { parseHours } from '../../../main/headless/cli/limit-hours.ts';

const all = [0, 1, 2, 3, 4, 5, 6];

test.each([
  ['Mon-Fri 8:00-18:00', [1, 2, 3, 4, 5], 480, 1080],
  ['sat,Sunday 09:30 - 24:00', [0, 6], 570, 0],
  ['22:00-6:00', all, 1320, 360],
  ['Fri-Mon 0:00-24:00', [0, 1, 5, 6], 0, 0],
  ['Wed 23:59-0:00', [3], 1439, 0],
  [' Mon-Sun 1:00-2:00 ', all, 60, 120],
])('%s are hours of the week', (text, days, fromMinute, toMinute) => {
  expect(parseHours(text)).toEqual({ days, fromMinute, toMinute });
});

test.each([
  '',
  'Mon',
  '8-18',
  '8:00',
  '24:00-1:00',
  '8:60-9:00',
  '25:00-26:00',
  'Mo 8:00-9:00',
  'Mon-Tue-Wed 8:00-9:00',
  'Mon, 8:00-9:00',
])('"%s" are none', (text) => {
  expect(parseHours(text)).toBeNull();
});
