import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInCover } from '../../main/automation/index/cover.ts';
import { createPathMatcher, hasAllValues, pathBelow } from '../../main/automation/match.ts';
import {
  fillTemplate,
  placeholderNames,
  type TemplateValues,
  unknownPlaceholders,
} from '../../shared/domain/template.ts';

/** A glob of `*`, `**`, `?` and plain characters, read the slow way: by all that each star may stand for. */
function naiveGlob(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('**/')) {
    if (naiveGlob(pattern.slice(3), text)) return true;
    const slash = text.indexOf('/');
    return slash >= 0 && naiveGlob(pattern, text.slice(slash + 1));
  }
  if (pattern === '**') return true;
  const [first = '', rest] = [pattern[0], pattern.slice(1)];
  if (first === '*') {
    for (let length = 0; length <= text.length; length += 1) {
      if (text.slice(0, length).includes('/')) return false;
      if (naiveGlob(rest, text.slice(length))) return true;
    }
    return false;
  }
  if (first === '?') return text !== '' && text[0] !== '/' && naiveGlob(rest, text.slice(1));
  return text[0] === first && naiveGlob(rest, text.slice(1));
}

const naiveMatches = (pattern: string, path: string): boolean =>
  pattern.includes('/') ? naiveGlob(pattern, path) : naiveGlob(pattern, path.slice(path.lastIndexOf('/') + 1));

const letter = fc.constantFrom('a', 'b', '.', 'A');
const name = fc.array(letter, { minLength: 1, maxLength: 4 }).map((letters) => letters.join(''));
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const namePattern = fc
  .array(fc.constantFrom('a', 'b', '.', '*', '?', 'A'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('').replaceAll(/\*+/g, '*'));
const pathPattern = fc
  .array(fc.oneof(namePattern, fc.constant('**')), { minLength: 2, maxLength: 4 })
  .map((parts) => parts.join('/'))
  // What `a/**` is to `a` itself is a matter of taste: no object is both.
  .filter((pattern) => !pattern.endsWith('/**') && !pattern.split('/').some((part) => /^\.+$/.test(part)));

describe('[A30] patterns', () => {
  test('match as a naive reading of them does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(namePattern, pathPattern), { maxLength: 3 }),
        fc.array(fc.oneof(namePattern, pathPattern), { maxLength: 2 }),
        // To `*.*` an ending is at least one character.
        path.filter((text) => !text.split('/').some((part) => part.endsWith('.'))),
        (match, ignore, text) => {
          const expected =
            (match.length === 0 || match.some((pattern) => naiveMatches(pattern, text))) &&
            !ignore.some((pattern) => naiveMatches(pattern, text));
          expect(createPathMatcher({ match, ignore })(text)).toBe(expected);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['*.pdf', 'x/y/invoice.pdf', true],
    ['*.pdf', 'x/invoice.PDF', false],
    ['tmp/**', 'tmp/a/b', true],
    ['tmp/', 'tmp/a/b', true],
    ['/tmp/*', 'tmp/a', true],
    ['in/*.pdf', 'in/sub/a.pdf', false],
    ['**/*.pdf', 'a.pdf', true],
    ['.*', '.hidden', true],
    ['*', '.hidden', true],
    ['!a', 'b', false],
    ['{a,b}.txt', 'b.txt', true],
    ['**', 'any/thing', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(createPathMatcher({ match: [pattern], ignore: [] })(text)).toBe(expected);
  });

  test('what is covered and what lies below', () => {
    fc.assert(
      fc.property(path, path, fc.boolean(), (prefix, key, recursive) => {
        const inside = key.startsWith(prefix) && (recursive || !key.slice(prefix.length).includes('/'));
        expect(isInCover({ prefix, recursive }, key)).toBe(inside);
        if (key.startsWith(prefix)) expect(key.endsWith(pathBelow(prefix, key))).toBe(true);
      }),
    );
    expect(pathBelow('reports/2026-', 'reports/2026-01/a')).toBe('2026-01/a');
    expect(pathBelow('in/', 'in/sub/a.pdf')).toBe('sub/a.pdf');
  });

  test('values with stars', () => {
    expect(hasAllValues({ a: 'x*z' }, { a: 'xyz' })).toBe(true);
    expect(hasAllValues({ a: 'x.z' }, { a: 'xyz' })).toBe(false);
    expect(hasAllValues({ a: '*', b: '1' }, { a: '' })).toBe(false);
  });
});

describe('templates', () => {
  const values: TemplateValues = {
    key: 'in/sub/report.final.pdf',
    path: 'sub/report.final.pdf',
    bucket: 'box',
    sizeBytes: 12,
    etag: '"abc"',
    modifiedMs: new Date(2026, 0, 2, 3, 4, 5).getTime(),
    event: 'created',
    connection: 'Archive',
    rule: 'Reports',
    atMs: new Date(2026, 9, 31, 23, 59, 58).getTime(),
    url: null,
  };

  test.each([
    ['{key}', 'in/sub/report.final.pdf'],
    ['{folder}{stem}-{date:yyyyMMdd-HHmmss}.{ext}', 'sub/report.final-20261031-235958.pdf'],
    ['{date}', '2026-10-31'],
    ['{modified:yy/MM/dd}', '26/01/02'],
    ['{{name}} {name}', '{name} report.final.pdf'],
    ['{size}{etag}{url}', '12abc'],
    ['{nothing} {key', '{nothing} {key'],
  ])('%s', (template, expected) => expect(fillTemplate(template, values)).toBe(expected));

  test('a text without braces is itself, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/[{}]/.test(text));
        expect(fillTemplate(text, values)).toBe(text);
      }),
    );
  });

  test('a value is never read as a template, and each is made safe', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(fillTemplate('{path}', { ...values, path: text })).toBe(text);
        expect(fillTemplate('<{path}>', { ...values, path: text }, () => 'safe')).toBe('<safe>');
      }),
    );
  });

  test('names what stands for nothing', () => {
    expect(unknownPlaceholders('{key} {nope} {{not}} {name:yyyy} {date:yyyy}')).toEqual(['{nope}', '{name:yyyy}']);
    for (const placeholder of placeholderNames) expect(unknownPlaceholders(`{${placeholder}}`)).toEqual([]);
    expect(unknownPlaceholders('{constructor}')).toEqual(['{constructor}']);
  });
});
