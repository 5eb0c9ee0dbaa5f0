import { createInstance } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { english } from '../../../../renderer/words/english.ts';
import {
  formatBytes,
  formatDate,
  formatDuration,
  formatList,
  formatSpeed,
  formatUntil,
  sizeConventionOf,
} from '../../../../renderer/words/format.ts';
import { endOfLink } from '../../../../renderer/words/link-end.ts';

const words = createInstance();
beforeAll(() => words.init({ lng: 'en', ns: ['window'], defaultNS: 'window', resources: { en: { window: english } } }));

describe('the end of a link', () => {
  it.each([
    ['time', 'until day 7.'],
    ['credentials', 'until day 7 only: then the temporary credentials of this connection end'],
    ['unknown', 'until day 7, or until the session token of this connection ends'],
  ] as const)('is that of its %s', (endsWith, said) => {
    const link = { worksUntilMs: 7, endsWith };
    expect(endOfLink(link, words.t, { date: (ms) => `day ${ms}` })).toContain(`download the object ${said}`);
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 bytes', '0 bytes'],
    [1, '1 byte', '1 byte'],
    [999, '999 bytes', '999 bytes'],
    [1000, '1 kB', '1,000 bytes'],
    [1024, '1 kB', '1 KB'],
    [1536, '1.5 kB', '1.5 KB'],
    [123_456, '123 kB', '121 KB'],
    [999_499, '999 kB', '976 KB'],
    [999_500, '1 MB', '976 KB'],
    [1_000_000, '1 MB', '977 KB'],
    [1_048_576, '1 MB', '1 MB'],
    [5_368_709_120, '5.4 GB', '5 GB'],
    [1024 ** 5, '1.1 PB', '1 PB'],
  ])('%i bytes', (bytes, decimal, binary) => {
    expect(formatBytes(bytes, 'en', 'decimal')).toBe(decimal);
    expect(formatBytes(bytes, 'en', 'binary')).toBe(binary);
  });

  it('count as the system does', () => {
    expect(['win32', 'darwin', 'linux', undefined].map(sizeConventionOf)).toEqual([
      'binary',
      'decimal',
      'decimal',
      'decimal',
    ]);
  });

  it('are written in the language', () => {
    expect(formatBytes(1_234_567, 'de', 'decimal')).toBe('1,2 MB');
  });

  it('have speeds', () => {
    expect(formatSpeed(212_000_000, 'en', 'decimal')).toBe('212 MB/s');
    expect(formatSpeed(2048, 'en', 'binary')).toBe('2 KB/s');
    expect(formatSpeed(-1, 'en', 'decimal')).toBe('0 byte/s');
  });
});

describe('dates', () => {
  // A Thursday.
  const now = new Date(2026, 10, 26, 15, 30).getTime();
  const at = (...parts: [number, number, number, number, number]) =>
    formatDate(new Date(...parts).getTime(), now, 'en-GB', words.t);

  it('are relative where that is shorter to read', () => {
    expect(at(2026, 10, 26, 14, 2)).toBe('14:02');
    expect(at(2026, 10, 26, 0, 0)).toBe('00:00');
    expect(at(2026, 10, 25, 23, 59)).toBe('yesterday 23:59');
    expect(at(2026, 10, 24, 9, 5)).toBe('Tuesday 09:05');
    expect(at(2026, 10, 20, 9, 5)).toBe('Friday 09:05');
    expect(at(2026, 10, 19, 9, 5)).toBe('19 Nov');
    expect(at(2026, 0, 2, 9, 5)).toBe('2 Jan');
    expect(at(2025, 11, 31, 9, 5)).toBe('31 Dec 2025');
  });

  it('keep the parts of a time together', () => {
    const ms = new Date(2026, 10, 25, 22, 32).getTime();
    expect(formatDate(ms, now, 'en-US', words.t)).toMatch(/^yesterday 10:32[\u00a0\u202f]PM$/);
    expect(formatDate(ms - 2 * 86_400_000, now, 'en-US', words.t)).toMatch(/^Monday[^:]* 10:32[\u00a0\u202f]PM$/);
  });

  it('that are still to come are plain', () => {
    expect(at(2026, 10, 27, 0, 0)).toBe('tomorrow 00:00');
    expect(at(2026, 10, 28, 9, 5)).toBe('28 Nov');
    expect(at(2027, 0, 1, 9, 5)).toBe('1 Jan 2027');
  });

  it('that something lasts until have their hour', () => {
    const until = (...parts: [number, number, number, number, number]) =>
      formatUntil(new Date(...parts).getTime(), now, 'en-GB', words.t);
    expect(until(2026, 10, 26, 18, 0)).toBe('18:00');
    expect(until(2026, 10, 27, 8, 0)).toBe('tomorrow 08:00');
    expect(until(2026, 10, 30, 8, 0)).toBe('Monday 08:00');
    expect(until(2026, 11, 30, 8, 0)).toBe('30 Dec');
  });

  it('cross a new year as days of the calendar', () => {
    const newYear = new Date(2026, 0, 1, 0, 10).getTime();
    expect(formatDate(newYear - 20 * 60_000, newYear, 'en-GB', words.t)).toBe('yesterday 23:50');
  });
});

describe('durations and lists', () => {
  it.each([
    [0.2, '1 s'],
    [59.4, '59 s'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
    [273_600, '3 d 4 h'],
  ])('%d s', (seconds, text) => {
    expect(formatDuration(seconds, words.t)).toBe(text);
  });

  it('join as the language does', () => {
    expect(formatList(['a', 'b', 'c'], 'en')).toBe('a, b, and c');
    expect(formatList(['a', 'b'], 'de')).toBe('a und b');
  });
});
