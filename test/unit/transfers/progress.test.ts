import { describe, expect, test } from 'vitest';
import { createSpeedMeter, secondsLeft } from '../../../main/transfers/progress.ts';

const moving = { bytesTotal: 1000, bytesDone: 400, bytesPerSecond: 100, planned: true, isSteady: true };

describe('the time that is left', () => {
  test('is what is left at this speed', () => {
    expect(secondsLeft(moving)).toBe(6);
    expect(secondsLeft({ ...moving, bytesDone: 1000 })).toBe(0);
  });

  test.each([
    ['the total is not known', { planned: false }],
    ['the speed has not been measured for long enough', { isSteady: false }],
    ['nothing moves', { bytesPerSecond: 0 }],
    ['it would be more than a day', { bytesTotal: 400 + 24 * 3600 * 100 + 1 }],
  ])('is not guessed when %s', (_, change) => {
    expect(secondsLeft({ ...moving, ...change })).toBeNull();
  });

  test('may be a whole day', () => {
    expect(secondsLeft({ ...moving, bytesTotal: 400 + 24 * 3600 * 100 })).toBe(24 * 3600);
  });
});

describe('a speed', () => {
  test('is steady once it has been measured over its whole window, and anew after a pause', () => {
    const meter = createSpeedMeter();
    expect(meter.isSteady(0)).toBe(false);
    for (const nowMs of [0, 1000, 2000, 3000]) meter.add(nowMs, 10);
    expect(meter.isSteady(3999)).toBe(false);
    expect(meter.isSteady(4000)).toBe(true);
    expect(meter.isSteady(60_000)).toBe(false);
    meter.add(60_000, 10);
    expect(meter.isSteady(60_500)).toBe(false);
    expect(meter.bytesPerSecond(60_500)).toBe(20);
  });
});
