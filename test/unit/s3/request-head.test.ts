import { expect, test } from 'vitest';
import { formatRequestHead } from '../../../main/s3/data-plane/http/request-head.ts';

const head = (headers: Record<string, string>, target = '/') => formatRequestHead({ method: 'GET', target, headers });

test('a line for each header, in their order, and an empty one', () => {
  expect(
    formatRequestHead({ method: 'PUT', target: '/a?b=c', headers: { host: 'h:1', 'x-b': '', 'x-a': 'a\tb é' } }),
  ).toBe('PUT /a?b=c HTTP/1.1\r\nhost: h:1\r\nx-b: \r\nx-a: a\tb é\r\n\r\n');
  expect(head({})).toBe('GET / HTTP/1.1\r\n\r\n');
});

test.each(['\r\n', '\r', '\n', '\0', '\x7f', '\x1b', '\u0100', '€', '🪣', '\ud800'])(
  'no header and no address has %j',
  (character) => {
    for (const text of [character, `a${character}`, `${character}a`, `a${character}x-other: 1`]) {
      expect(() => head({ 'x-amz-meta-a': text })).toThrow(TypeError);
      expect(() => head({}, `/${text}`)).toThrow(TypeError);
    }
  },
);

test('what it says does not give the value away', () => {
  expect(() => head({ authorization: 'secret\n' })).toThrow(/^the header authorization has characters/);
});

test('an address without blanks: they would end it', () => {
  for (const target of ['/a b', '/a HTTP/1.1', '/a\tb', '']) expect(() => head({}, target)).toThrow(TypeError);
});

test('names that would end early', () => {
  for (const name of ['a b', 'a:', 'a\r\nb', '', 'é']) expect(() => head({ [name]: '1' })).toThrow(TypeError);
});
