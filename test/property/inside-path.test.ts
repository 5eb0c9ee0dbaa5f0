import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outsideRestriction } from '../../main/s3/restrict-store.ts';
import { isInside, staysInside } from '../../shared/domain/inside-path.ts';

const once = (text: string) => text.replaceAll(/[.%/\\]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
/** Each byte escaped, so that even the digits of an escape are escapes. */
const wholly = (text: string) =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const name = fc.constantFrom('p', 'q', 'a', 'ab', 'p x', 'é', '100%', '%', '...', '.hidden', '..a', 'a..', '%zz', ';');
const climb = fc.constantFrom('..', '..', '.', '', '..;', '..;v=1');
const plain = fc.oneof({ weight: 3, arbitrary: name }, { weight: 2, arbitrary: climb });
const separator = fc.constantFrom('/', '/', '/', '\\', '//');
const encoding = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text,
  once,
  (text) => once(text).toUpperCase(),
  (text) => once(once(text)),
  wholly,
  (text) => wholly(wholly(text)),
  (text) => once(once(once(text))),
);
const piece = fc.tuple(plain, separator, encoding, encoding).map(([text, by, one, other]) => one(text) + other(by));
const rest = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const path = fc.oneof(
  fc.constantFrom('', 'p', 'p/', 'p/q', 'p/q/', 'p//', 'p x/', '100%/', 'a\\b/', '%70/'),
  fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `${names.join('/')}/`),
);
/** Nearly all of these begin with the path, so that it is the rest which decides. */
const place = fc.tuple(path, rest, fc.constantFrom('', '/', 'x')).map(([root, below, between]) => ({
  path: root,
  key: root + (root === '' || root.endsWith('/') ? '' : between) + below,
}));

const decode = (text: string) =>
  text.replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
const thrice = (text: string) => decode(decode(decode(text)));
const merge = (text: string) => text.replaceAll(/\/+/g, '/');
const turn = (text: string) => text.replaceAll('\\', '/');
const withoutParameters = (text: string) => text.replaceAll(/;[^/]*/g, '');
/** As RFC 3986 removes dot segments; null when it would go above the bucket, which is another bucket's name. */
function resolve(text: string): string | null {
  const kept: string[] = [];
  for (const segment of text.split('/')) {
    if (segment === '..' && kept.pop() === undefined) return null;
    if (segment !== '..' && segment !== '.') kept.push(segment);
  }
  return kept.join('/');
}

const decodings = [(text: string) => text, decode, (text: string) => decode(decode(text)), thrice];
const others = [(text: string) => text, turn, withoutParameters, (text: string) => withoutParameters(turn(text))];
const readings = decodings.flatMap((decoding) =>
  others.flatMap((other) => [(text: string) => other(decoding(text)), (text: string) => merge(other(decoding(text)))]),
);

describe('a key that a restriction lets through', () => {
  it('is inside of it in every way to read it as a path', () => {
    fc.assert(
      fc.property(place, ({ path: root, key }) => {
        fc.pre(outsideRestriction({ bucket: 'b', path: root }, 'b', key) === null);
        for (const read of readings) {
          const resolved = resolve(read(key));
          expect(resolved, `${root} ${key}`).not.toBeNull();
          const [above, below] = [resolve(read(root)) ?? '', resolved ?? ''].map((one) => one.replace(/\/+$/, ''));
          expect(below === above || above === '' || below?.startsWith(`${above}/`), `${root} ${key}`).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('is one that begins with the path, and any such one where nothing can climb', () => {
    fc.assert(
      fc.property(place, ({ path: root, key }) => {
        const canClimb = key.includes('..') || key.includes('%');
        if (canClimb) expect(isInside(root, key) || !staysInside(root, key)).toBe(true);
        else expect(staysInside(root, key)).toBe(isInside(root, key));
      }),
    );
  });

  it('still is when names of any kind come after it', () => {
    const harmless = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((text) => !/[./\\%;]/.test(text));
    fc.assert(
      fc.property(path, fc.array(harmless), (root, names) => {
        const folder = root === '' || root.endsWith('/') ? root : `${root}/`;
        expect(staysInside(root, folder + names.join('/'))).toBe(true);
      }),
    );
  });
});

it.each([
  ['p/', 'p/a', true],
  ['p/', 'p/', true],
  ['p', 'p', true],
  ['p/', 'p', false],
  ['p', 'px', false],
  ['p/', 'p//x', true],
  ['p/', 'p/a/../b', true],
  ['p/', 'p/./a', true],
  ['p/', 'p/..a/...', true],
  ['p/', 'p/100%', true],
  ['p/', 'p/%2e%2e%2e', true],
  ['p/', 'p/a%2f..%2fb', true],
  ['p/', 'p/..', false],
  ['p/', 'p/../q', false],
  ['p/', 'p/../p/q', false],
  ['p/', 'p//../q', false],
  ['p/', 'p/./../q', false],
  ['p/', 'p/a/../../q', false],
  ['p/', 'p/a\\..\\..\\q', false],
  ['p/', 'p/..\\q', false],
  ['p/', 'p/%2e%2e/q', false],
  ['p/', 'p/%2E%2e/q', false],
  ['p/', 'p/.%2e/q', false],
  ['p/', 'p/..%2fq', false],
  ['p/', 'p/..%5cq', false],
  ['p/', 'p/%252e%252e/q', false],
  ['p/', 'p/%25%32%65%25%32%65/q', false],
  ['p/', 'p/..;/q', false],
  ['p/', 'p/..%3bv=1/q', false],
  ['p', 'p/..', false],
  ['../q/', '../q/x', false],
  ['', 'a/../b', true],
  ['', '/x', true],
  ['', '../other/x', false],
  ['', 'a/../../other/x', false],
  ['', '%2e%2e/other/x', false],
])('%j and the key %j: %s', (root, key, expected) => {
  expect(outsideRestriction({ bucket: 'b', path: root }, 'b', key)?.code).toBe(
    expected ? undefined : 'OutsideRestriction',
  );
});
