import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyToNames, namesToKey, type PathRules, twinName } from '../../shared/domain/key-path.ts';

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

  test('[T32] every name is one the file system can hold, inside the folder', () => {
    fc.assert(
      fc.property(key, (k) => {
        for (const name of keyToNames(k, rules)) {
          expect(name).not.toMatch(
            rules.platform === 'posix' ? /^$|^\.\.?$|[\0/]/ : /^$|[. ]$|[\u0000-\u001f<>:"/\\|?*]/,
          );
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('[T34] a twin name reads back as the same key', () => {
    fc.assert(
      fc.property(key, fc.constantFrom('', 'a1', 'z9'), (k, tag) => {
        const names = keyToNames(k, rules);
        const last = names.pop() ?? '';
        fc.pre(Buffer.byteLength(last) < 240);
        expect(namesToKey([...names, twinName(last, tag)], rules)).toBe(k);
      }),
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
])('[T33] %s is kept as it is wherever it can be', (k, names) => {
  expect(keyToNames(k, { platform: 'posix' })).toEqual(names);
});
