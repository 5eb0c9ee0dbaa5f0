import { expect, test } from 'vitest';
import { attributeMetadata, attributesOf } from '../../../main/s3/file-attributes.ts';

test.each([
  [1_700_000_000_123.4568, 123_456_789, '1700000000.123456789'],
  [1_700_000_000_000, 0, '1700000000'],
  [1_700_000_000_500, 500_000_000, '1700000000.5'],
  [1_700_000_000_000, 1, '1700000000.000000001'],
  // The number of milliseconds is rounded up to the next second: it is still this one.
  [1_700_000_001_000, 999_999_999, '1700000000.999999999'],
  [0, 0, '0'],
  [-500, 500_000_000, '-0.5'],
  [-1500, 500_000_000, '-1.5'],
  [-1000, 0, '-1'],
])('[T70] %d ms with %d ns within the second are %s s', (modifiedMs, modifiedNanos, mtime) => {
  expect(attributeMetadata({ modifiedMs, modifiedNanos })).toEqual({ mtime });
});

test('[T70] the mode is octal with the type of a file, and permissions only', () => {
  expect(attributeMetadata({ modifiedMs: 0, mode: 0o100644 })).toEqual({ mode: '100644' });
  expect(attributeMetadata({ modifiedMs: 0, mode: 0o106755 })).toEqual({ mode: '100755' });
  expect(attributeMetadata({ modifiedMs: 0, mode: 0o100007 })).toEqual({ mode: '100007' });
  expect(attributeMetadata({ modifiedMs: 0, mode: null })).toEqual({});
});

test.each([
  ['1700000000.123456789', 1_700_000_000_123_456],
  ['1700000000', 1_700_000_000_000_000],
  ['1700000000.5', 1_700_000_000_500_000],
  ['-1.5', -1_500_000],
  ['253402300799', 253_402_300_799_000_000],
])('[T71] the time %s', (mtime, modifiedMicros) => {
  expect(attributesOf({ mtime }, null)).toEqual({ modifiedMicros, mode: null });
});

test.each([
  '',
  ' ',
  'soon',
  '1e9',
  '0x10',
  '253402300800',
  '1700000000,5',
  '1.',
  '.5',
  'NaN',
  '1700000000 ',
  '2023-11-14T22:13:20Z',
])('[T71] %j is no time: then it is when the object was made', (mtime) => {
  const date = 'Tue, 14 Nov 2023 22:13:20 GMT';
  expect(attributesOf({ mtime }, date).modifiedMicros).toBe(1_700_000_000_000_000);
  expect(attributesOf({ mtime }, 'whenever').modifiedMicros).toBeNull();
});

test.each([
  ['100644', 0o644],
  ['0100664', 0o664],
  ['644', 0o644],
  ['0755', 0o755],
  ['106755', 0o755],
  ['4755', 0o755],
  // A folder, a link, a decimal number, nothing.
  ['040755', null],
  ['120777', null],
  ['33188', null],
  ['888', null],
  ['rwxr-xr-x', null],
  ['', null],
])('[T71] the mode %j', (mode, expected) => {
  expect(attributesOf({ mode }, null).mode).toBe(expected);
});
