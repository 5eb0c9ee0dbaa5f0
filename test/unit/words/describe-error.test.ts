import { describe, expect, test } from 'vitest';
import { appError, errorCodes } from '../../../shared/errors.ts';
import { contextNames, describeError, namesIn } from '../../../shared/words/describe-error.ts';
import words from '../../../shared/words/en/errors.json' with { type: 'json' };

const full: Record<string, string | number> = {
  ...Object.fromEntries(contextNames.map((name) => [name, `<${name}>`])),
  host: 's3.example.com',
};

describe('the catalogue of errors', () => {
  test('has words for every code and no others', () => {
    expect(Object.keys(words).sort()).toEqual([...errorCodes].sort());
  });

  test.each(errorCodes)('%s: short sentences, known names, a last form that needs none', (code) => {
    for (const forms of [words[code].what, words[code].fix]) {
      expect(forms.length).toBeGreaterThan(0);
      for (const text of forms) {
        expect(text).toMatch(/^(\{\{|[A-Z]).*([.?]|\{\{reason\}\})$/);
        expect(text).not.toContain('!');
        expect(text.length).toBeLessThan(220);
        expect(namesIn(text).filter((name) => !(contextNames as readonly string[]).includes(name))).toEqual([]);
      }
      expect(namesIn(forms.at(-1) ?? '')).toEqual([]);
    }
  });

  test.each(errorCodes)('%s never shows a raw placeholder, whatever the context has', (code) => {
    const contexts = [
      {},
      full,
      { bucket: 'b' },
      { key: 'k' },
      { path: '/p' },
      { bucket: 'b', key: 'k', permission: 'p' },
    ];
    for (const context of contexts) {
      const { message, fix, details } = describeError(appError(code, context));
      expect(`${message} ${fix} ${details}`).not.toMatch(/[{}]|undefined|\[object/);
      expect(message).not.toBe('');
      expect(fix).not.toBe('');
      expect(details).toContain(code);
    }
  });
});

describe('an error in words', () => {
  test('names the missing permission', () => {
    const error = appError('AccessDenied', { bucket: 'b', key: 'k', permission: 's3:GetObject' });
    expect(describeError(error).message).toBe('The server refused: the permission s3:GetObject is missing for b/k.');
    expect(describeError(error).fix).toContain('s3:GetObject');
  });

  test('offers the bucket that differs in case', () => {
    const error = appError('NoSuchBucket', { bucket: 'Finance', suggestion: 'finance' });
    expect(describeError(error)).toMatchObject({
      message: 'There is no bucket named Finance here.',
      fix: 'Bucket names are exact: did you mean finance?',
    });
  });

  test('has the details support asks for', () => {
    const error = appError('SlowDown', { status: 503, serverCode: 'Throttling', requestId: 'r1' }, 'Reduce your rate');
    expect(describeError(error).details).toBe(
      'SlowDown · server code Throttling · HTTP 503 · request r1 · Reduce your rate',
    );
  });

  test('shows sizes, and takes braces and control characters in values as they are or visibly', () => {
    const size = appError('SizeMismatch', { key: 'k', expectedBytes: 5_000_000, actualBytes: 1 });
    expect(describeError(size).message).toBe('k has 1 byte instead of 5.0 MB (5000000 bytes).');
    const odd = appError('NoSuchKey', { bucket: 'b', key: '{{suggestion}}\u0007' });
    expect(describeError(odd).message).toBe('{{suggestion}}\uFFFD is not in b.');
  });
});

test.each(errorCodes)('%s: every form can be reached, none asks for all that an earlier one asks for', (code) => {
  const hidden = [words[code].what, words[code].fix].flatMap((forms: readonly string[]) =>
    forms.filter((form, index) =>
      forms.slice(0, index).some((earlier) => namesIn(earlier).every((name) => namesIn(form).includes(name))),
    ),
  );
  expect(hidden).toEqual([]);
});
