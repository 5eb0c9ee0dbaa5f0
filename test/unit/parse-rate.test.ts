import { expect, test } from 'vitest';
import { parseRate } from '../../shared/domain/transfer-limits.ts';

test.each([
  ['2M', 2_000_000],
  ['500k', 500_000],
  ['1.5 MB/s', 1_500_000],
  ['10000', 10_000],
  ['2g', 2_000_000_000],
  ['off', null],
])('%s is a rate', (text, bytesPerSecond) => {
  expect(parseRate(text)).toEqual({ bytesPerSecond });
});

test.each(['', '0', '9999', '3G', '-1M', 'M', '2 Mbit', '2 MiB', 'NaN', '1e9'])('%s is none', (text) => {
  expect(parseRate(text)).toBeNull();
});
