import { expect, test } from 'vitest';
import { retryAfterSeconds } from '../../main/retry-after.ts';

const date = 'Wed, 21 Oct 2026 07:28:00 GMT';

test.each([
  ['7', date, 7],
  ['0', date, 0],
  [' 12 ', null, 12],
  ['Wed, 21 Oct 2026 07:28:30 GMT', date, 30],
  ['Wed, 21 Oct 2026 07:27:30 GMT', date, undefined],
  ['Wed, 21 Oct 2026 07:28:30 GMT', null, undefined],
  ['Wed, 21 Oct 2026 07:28:30 GMT', 'yesterday', undefined],
  ['soon', date, undefined],
  ['-5', date, undefined],
  ['12345678', date, undefined],
  ['', date, undefined],
  [null, date, undefined],
])('[T62] Retry-After %j at %j is %j seconds', (value, at, seconds) => {
  expect(retryAfterSeconds(value, at)).toBe(seconds);
});
