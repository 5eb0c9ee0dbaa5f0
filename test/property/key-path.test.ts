import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyToNames, namesToKey, type PathRules, twinNames } from '../../shared/domain/key-path.ts';

const platforms: PathRules[] = [{ platform: 'posix' }, { platform: 'win32' }];
const tricky = fc.constantFrom(
  '',
  '.',
  '..',
  '...',
  '%',
  '%25',
  '%2E',
  '%2e',
  '%252E',
  '%00',
  '%_',
  '%25_',
  '%+',
  'a%+',
  'a%~',
  'a%~x1',
  '%~',
  'CON',
  'con.txt',
  'nul',
  'COM¹',
  'LPT9.tar.gz',
  'aux. ',
  'CON%',
  'con'.repeat(70),
  'a.',
  'a ',
  'a:b',
  'a\\b',
  'a\0b',
  'a\u0001',
  'é',
  'e\u0301',
  '😀',
  'A',
  'a',
  '%C3%A9',
  '%C3',
  'x'.repeat(254),
  'ü'.repeat(200),
  '%'.repeat(300),
  '%00'.repeat(90),
  '\0'.repeat(120),
);
const segment = fc.oneof(
  tricky,
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((s) => s.replaceAll('/', '_')),
  fc.array(tricky, { maxLength: 4 }).map((parts) => parts.join('')),
);
const key = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));

/** What the file systems of Linux and macOS, or Windows, take for a name. */
function isHoldable(name: string, { platform }: PathRules): boolean {
  if (platform === 'posix') return !/^$|^\.\.?$|[\0/]/.test(name) && Buffer.byteLength(name) <= 255;
  const isDevice = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i.test(name);
  return !isDevice && !/^$|[. ]$|[\u0000-\u001f<>:"/\\|?*]/.test(name) && name.length <= 255;
}

describe.each(platforms)('keys as file names on $platform', (rules) => {
  test('[T30] every key can be read back from its names', () => {
    fc.assert(
      fc.property(key, (k) => {
        expect(namesToKey(keyToNames(k, rules), rules)).toBe(k);
      }),
      { numRuns: 3000 },
    );
  });

  test('[T31] two keys never share a path', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        fc.pre(a !== b);
        expect(keyToNames(a, rules).join('/')).not.toBe(keyToNames(b, rules).join('/'));
      }),
      { numRuns: 3000 },
    );
  });

  test('[T32] [T35] every name is one the file system can hold, inside the folder', () => {
    fc.assert(
      fc.property(key, (k) => {
        for (const name of keyToNames(k, rules)) expect([name, isHoldable(name, rules)]).toEqual([name, true]);
      }),
      { numRuns: 3000 },
    );
  });

  test('[T34] a twin name reads back as the same key', () => {
    fc.assert(
      fc.property(key, fc.constantFrom('', 'a1', 'z9'), (k, tag) => {
        const names = keyToNames(k, rules);
        const last = names.pop() ?? '';
        const twin = twinNames(last, tag);
        expect(namesToKey([...names, ...twin], rules)).toBe(k);
        for (const name of twin) expect(isHoldable(name, rules)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('[T31] [T34] a folder on the way may have a twin name, and reads back as the same key', () => {
    fc.assert(
      fc.property(key, fc.nat(), fc.constantFrom('', '1', 'z9'), (k, at, tag) => {
        const names = keyToNames(k, rules);
        const index = at % names.length;
        names.splice(index, 1, ...twinNames(names[index] ?? '', tag));
        expect(namesToKey(names, rules)).toBe(k);
      }),
      { numRuns: 3000 },
    );
  });
});

test('[T30] every local name can be uploaded and comes back under the same name', () => {
  const holdable = (name: string) =>
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    !name.includes('\0') &&
    Buffer.byteLength(name) <= 255 &&
    !/%\+$|%~[0-9a-z]*$/.test(name);
  fc.assert(
    fc.property(fc.array(segment.filter(holdable), { minLength: 1, maxLength: 3 }), (names) => {
      const rules: PathRules = { platform: 'posix' };
      expect(keyToNames(namesToKey(names, rules), rules)).toEqual(names);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['a/b.txt', ['a', 'b.txt']],
  ['50% off.txt', ['50% off.txt']],
  ['50%25.txt', ['50%25.txt']],
  ['a//b', ['a', '%_', 'b']],
  ['dir/', ['dir', '%_']],
  ['a/../b', ['a', '%2E%2E', 'b']],
  ['%2E%2E', ['%252E%252E']],
  ['..%2F', ['..%2F']],
  ['re:port?.txt', ['re:port?.txt']],
])('[T33] [T35] %s is kept as it is wherever it can be', (k, names) => {
  expect(keyToNames(k, { platform: 'posix' })).toEqual(names);
});

test.each([
  ['CON', ['%43ON']],
  ['com¹.log', ['%63om¹.log']],
  ['nul', ['%6Eul']],
  ['console', ['console']],
  ['a. ', ['a.%20']],
  ['a.', ['a%2E']],
  ['a:b', ['a%3Ab']],
  ['a\\b', ['a%5Cb']],
  ['ü'.repeat(255), ['ü'.repeat(255)]],
])('[T33] [T35] on Windows %s is kept as it is wherever it can be', (k, names) => {
  expect(keyToNames(k, { platform: 'win32' })).toEqual(names);
});

test.each([
  ['y', 300, 'posix', 2],
  ['ü', 200, 'posix', 3],
  ['ü', 256, 'win32', 3],
  ['y', 1024, 'posix', 6],
] as const)(
  '[T35] a name of %s times %d is too long on %s: split over levels of folders',
  (letter, count, platform, levels) => {
    const key = `a/${letter.repeat(count)}/b`;
    const names = keyToNames(key, { platform });
    expect([names.length, names[0], names.at(-1)]).toEqual([levels + 2, 'a', 'b']);
    for (const name of names.slice(1, -2)) expect(name.endsWith('%+')).toBe(true);
    for (const name of names.slice(2, -1)) expect(name.startsWith('%+')).toBe(true);
    expect(namesToKey(names, { platform })).toBe(key);
  },
);
