import { describe, expect, onTestFinished, test } from 'vitest';
import { appError, type ErrorCode, errorCodes } from '../../../shared/errors.ts';
import { contextNames, describeError, namesIn, speakErrorsAt } from '../../../shared/words/describe-error.ts';
import words from '../../../shared/words/en/errors.json' with { type: 'json' };

type Forms = {
  readonly what: readonly string[];
  readonly fix: readonly string[];
  readonly commandFix?: readonly string[];
};
const formsOf = (code: ErrorCode): (readonly string[])[] => {
  const { what, fix, commandFix }: Forms = words[code];
  return [what, fix, ...(commandFix === undefined ? [] : [commandFix])];
};

const full: Record<string, string | number> = {
  ...Object.fromEntries(contextNames.map((name) => [name, `<${name}>`])),
  host: 's3.example.com',
};

describe('the catalogue of errors', () => {
  test('has words for every code and no others', () => {
    expect(Object.keys(words).sort()).toEqual([...errorCodes].sort());
  });

  test.each(errorCodes)('%s: short sentences, known names, a last form that needs none', (code) => {
    for (const forms of formsOf(code)) {
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

test.each(errorCodes)('%s: the window is not told what only a command can do', (code) => {
  expect([words[code].what, words[code].fix].flat().join(' ')).not.toMatch(/ -{1,2}[a-z]|command line|\bbrigade\b/);
});

describe('an error in words', () => {
  test('tells a port that refuses from a server that does not answer', () => {
    const refused = appError('EndpointUnreachable', { host: 'h:9000', refusedAt: '127.0.0.1:9000' });
    expect(describeError(refused)).toMatchObject({
      message: 'Nothing listens at 127.0.0.1:9000.',
      fix: 'Check the port, and that the server at 127.0.0.1:9000 is running; a firewall can refuse like this too.',
    });
    expect(describeError(appError('EndpointUnreachable', { host: 'h:9000' })).message).toBe('h:9000 does not answer.');
  });

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
  const hidden = formsOf(code).flatMap((forms) =>
    forms.filter((form, index) =>
      forms.slice(0, index).some((earlier) => namesIn(earlier).every((name) => namesIn(form).includes(name))),
    ),
  );
  expect(hidden).toEqual([]);
});

test('on a command line the fix is one for commands', () => {
  const untrusted = appError('TlsFailed', { host: 'h' });
  expect(describeError(untrusted).fix).not.toContain('--ca-bundle');
  onTestFinished(() => speakErrorsAt('window'));
  speakErrorsAt('commandLine');
  expect(describeError(untrusted).fix).toContain('--ca-bundle');
  expect(describeError(appError('SlowDown')).fix).toBe(words.SlowDown.fix[0]);
});
