import { describe, expect, test } from 'vitest';
import { previewHead, previewRefusal } from '../../../main/preview/answer-headers.ts';
import { parseRange } from '../../../main/preview/byte-range.ts';
import { decodeText } from '../../../main/preview/decode-text.ts';
import { previewKind } from '../../../main/preview/preview-kind.ts';
import { appError } from '../../../shared/errors.ts';

describe('the kind of a preview', () => {
  test.each([
    // The content type first…
    ['image/png', 'a.txt', 'image', 'image/png'],
    ['IMAGE/JPG; charset=binary', 'a', 'image', 'image/jpeg'],
    ['image/svg+xml', 'a', 'image', 'image/svg+xml'],
    ['application/pdf', 'a', 'pdf', 'application/pdf'],
    ['audio/x-wav', 'a', 'audio', 'audio/wav'],
    ['video/mp4', 'a', 'video', 'video/mp4'],
    // …then the name, where the type says nothing, is none or cannot be shown.
    ['application/octet-stream', 'a/b.PNG', 'image', 'image/png'],
    ['binary/octet-stream', 'a.pdf', 'pdf', 'application/pdf'],
    [null, 'x.svg', 'image', 'image/svg+xml'],
    ['', 'x.m4a', 'audio', 'audio/mp4'],
    ['video/mp2t', 'x.mp4', 'video', 'video/mp4'],
    ['no type at all', 'x.webm', 'video', 'video/webm'],
    ['application/x-www-form-urlencoded', 'x.ico', 'image', 'image/x-icon'],
  ])('%s %s is %s', (contentType, name, kind, safeType) => {
    expect(previewKind(contentType, name)).toEqual({ kind, contentType: safeType });
  });

  test.each([
    ['text/html', 'x.png'],
    ['text/plain; charset=utf-8', 'x'],
    ['application/json', 'x'],
    ['application/vnd.api+json', 'x'],
    ['application/xhtml+xml', 'x'],
    [null, 'notes.md'],
    ['video/mp2t', 'main.ts'],
    ['application/octet-stream', 'data.csv'],
  ])('%s %s is text', (contentType, name) => expect(previewKind(contentType, name)).toEqual({ kind: 'text' }));

  test.each([
    [null, 'README'],
    ['application/zip', 'a.zip'],
    ['image/heic', 'a.heic'],
    ['__proto__', 'constructor'],
    [null, '.gitignore'],
  ])('%s %s is left to the bytes', (contentType, name) => {
    expect(previewKind(contentType, name)).toEqual({ kind: 'unknown' });
  });
});

describe('text', () => {
  const utf16 = (text: string, bigEndian: boolean) => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return bigEndian ? bytes.swap16() : bytes;
  };

  test('is UTF-8, with or without its mark, or UTF-16 by its mark', () => {
    expect(decodeText(Buffer.from('grüße, 日本, 😀'), false)).toBe('grüße, 日本, 😀');
    expect(decodeText(Buffer.from('\ufeffgrüße'), false)).toBe('grüße');
    expect(decodeText(utf16('grüße 😀', false), false)).toBe('grüße 😀');
    expect(decodeText(utf16('grüße 😀', true), false)).toBe('grüße 😀');
    expect(decodeText(Buffer.alloc(0), false)).toBe('');
  });

  test('cut anywhere shows whole characters only', () => {
    for (const bytes of [Buffer.from('aü日😀'), utf16('aü日😀', false), utf16('aü日😀', true)]) {
      for (let length = 2; length < bytes.length; length += 1) {
        const text = decodeText(bytes.subarray(0, length), true);
        expect('aü日😀'.startsWith(text ?? 'not text')).toBe(true);
        expect(text?.isWellFormed()).toBe(true);
      }
    }
  });

  test('what is not, or ends in the middle of a character, is binary', () => {
    expect(decodeText(Buffer.from([0x66, 0xfc, 0x72]), false)).toBeNull();
    expect(decodeText(Buffer.from([0x66, 0xfc, 0x72]), true)).toBeNull();
    expect(decodeText(Buffer.from('ü').subarray(0, 1), false)).toBeNull();
    expect(decodeText(Buffer.from('a\0b'), false)).toBeNull();
    expect(decodeText(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), true)).toBeNull();
    expect(decodeText(Buffer.concat([utf16('a', false), Buffer.from([0])]), false)).toBeNull();
  });
});

describe('ranges of 10 bytes', () => {
  test.each([
    ['bytes=0-', { from: 0, to: 9 }],
    ['bytes=0-0', { from: 0, to: 0 }],
    ['bytes=3-5', { from: 3, to: 5 }],
    ['Bytes= 3-5 ', { from: 3, to: 5 }],
    ['bytes=9-', { from: 9, to: 9 }],
    ['bytes=5-100', { from: 5, to: 9 }],
    ['bytes=-3', { from: 7, to: 9 }],
    ['bytes=-100', { from: 0, to: 9 }],
    ['bytes=10-', 'beyond'],
    ['bytes=10-20', 'beyond'],
    ['bytes=99999999999999999999-', 'beyond'],
    ['bytes=-0', 'beyond'],
    [null, 'all'],
    ['', 'all'],
    ['bytes=-', 'all'],
    ['bytes=5-3', 'all'],
    ['bytes=0-1,3-4', 'all'],
    ['items=0-1', 'all'],
    ['bytes=a-b', 'all'],
  ])('%s', (header, expected) => expect(parseRange(header, 10)).toEqual(expected));
});

describe('the head of an answer', () => {
  const of = (contentType: string) =>
    previewHead({ contentType, sizeBytes: 10, range: { from: 2, to: 4 } }).headers['content-security-policy'];

  test('says the range', () => {
    expect(previewHead({ contentType: 'image/png', sizeBytes: 10, range: { from: 2, to: 4 } })).toMatchObject({
      status: 206,
      headers: { 'content-range': 'bytes 2-4/10', 'content-length': '3', 'x-content-type-options': 'nosniff' },
    });
    const whole = previewHead({ contentType: 'image/png', sizeBytes: 10, range: null });
    expect(whole).toMatchObject({ status: 200, headers: { 'content-length': '10', 'cache-control': 'no-store' } });
    expect(whole.headers['content-range']).toBeUndefined();
  });

  test('lets nothing run, whatever it is', () => {
    for (const type of ['image/svg+xml', 'image/png', 'video/mp4']) {
      expect(of(type)).toMatch(/^default-src 'none';.*frame-ancestors 'none'; sandbox$/);
    }
    expect(of('application/pdf')).toMatch(/^default-src 'none'/);
    for (const type of ['image/svg+xml', 'application/pdf']) expect(of(type)).not.toMatch(/script|allow-|unsafe-eval/);
  });

  test.each([
    ['PreviewNotFound', 404],
    ['NoSuchKey', 404],
    ['InvalidRange', 416],
    ['PreconditionFailed', 412],
    ['SourceChanged', 412],
    ['EndpointUnreachable', 502],
  ] as const)('%s is %d', (code, status) => expect(previewRefusal(appError(code)).status).toBe(status));
});
