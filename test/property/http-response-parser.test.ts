import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, readAsNode, readAsWe } from './answer-of-bytes.ts';

const crlf = '\r\n';
const bytesOf = (text: string) => Buffer.from(text, 'latin1');
const runs = { numRuns: 500 };

/** With letters in either case. */
const anyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => Array.from(text, (letter, index) => (upper[index] ? letter.toUpperCase() : letter)).join(''));
const blanks = fc.constantFrom('', ' ', '  ', '\t', ' \t ');
const letters = (from: string, max: number) =>
  fc.array(fc.constantFrom(...from.split('')), { maxLength: max }).map((all) => all.join(''));
/** Bytes of UTF-8 among them, and what JavaScript takes for a blank. */
const value = letters('az09 \t,;=:"/\x80\x85\xa0\xc3\xff', 12);
const body = letters('ab\r\n\0\xff015HTTP/1. ', 60);

const plainHeader = fc
  .tuple(fc.constantFrom('etag', 'x-amz-meta-name', 'Server', "!#$%&'*+-.^_`|~9", 'x'), blanks, value, blanks)
  .map(([name, before, text, after]) => `${name}:${before}${text}${after}`);

const extension = fc.constantFrom('', '', ';a', ';a=b', ';a="b c";d=1');
const chunked = (text: string) =>
  fc
    .tuple(
      fc.array(fc.nat({ max: text.length }), { maxLength: 4 }),
      fc.array(extension, { minLength: 6, maxLength: 6 }),
      fc.boolean(),
      fc.constantFrom('0', '000'),
      fc.array(plainHeader, { maxLength: 2 }),
    )
    .map(([cuts, extensions, isUpper, last, trailers]) => {
      const at = [...new Set([0, ...cuts, text.length])].sort((one, other) => one - other);
      const chunks = at.slice(1).map((end, index) => {
        const piece = text.slice(at[index], end);
        const size = piece.length.toString(16);
        return `${isUpper ? size.toUpperCase() : size}${extensions[index]}${crlf}${piece}${crlf}`;
      });
      return `${chunks.join('')}${last}${extensions[5]}${crlf}${trailers.map((line) => line + crlf).join('')}${crlf}`;
    });

/** The header that says how long the body is, and the body as it is sent. */
const framed = body.chain((text) =>
  fc.oneof(
    fc
      .tuple(anyCase('content-length'), blanks, blanks)
      .map(([name, before, after]) => [[`${name}:${before}${text.length}${after}`], text] as const),
    fc
      .tuple(anyCase('transfer-encoding'), blanks, anyCase('chunked'), chunked(text))
      .map(([name, before, encoding, sent]) => [[`${name}:${before}${encoding}`], sent] as const),
    fc.constant([[], text] as const),
  ),
);
const connection = fc
  .tuple(
    anyCase('connection'),
    blanks,
    fc.constantFrom('close', 'keep-alive', 'Close', 'x, close', 'Keep-Alive , x', 'x'),
  )
  .map(([name, before, text]) => `${name}:${before}${text}`);
const interim = fc
  .constantFrom('100 Continue', '102 Processing', '103 Early Hints')
  .map((line) => `HTTP/1.1 ${line}${crlf}link: a${crlf}${crlf}`);

/** A good answer, whole when the connection ends. What follows a body that is none (HEAD, 204, 304) belongs to nobody. */
const answer = fc
  .record({
    interims: fc.array(interim, { maxLength: 2 }),
    version: fc.constantFrom('1.1', '1.1', '1.0'),
    status: fc.constantFrom(
      '200 OK',
      '206 Partial Content',
      '204 No Content',
      '304 Not Modified',
      '404',
      '503 a\xff b',
      '299 ',
    ),
    headers: fc.array(fc.oneof({ weight: 3, arbitrary: plainHeader }, connection), { maxLength: 5 }),
    framed,
    isHead: fc.boolean(),
    lengthAt: fc.nat(),
  })
  .map(({ interims, version, status, headers, framed: [length, sent], isHead, lengthAt }) => {
    const lines = headers.toSpliced(lengthAt % (headers.length + 1), 0, ...length);
    const head = `HTTP/${version} ${status}${crlf}${lines.map((line) => line + crlf).join('')}${crlf}`;
    const hasBody = !isHead && !/^(204|304)/.test(status);
    return { bytes: bytesOf(interims.join('') + head + (hasBody ? sent : '')), isHead };
  });

const cutsOf = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });
function packetsOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

function read(bytes: Buffer, isHead: boolean, cuts: readonly number[] = []): Answer {
  const { takenBytes: _, ...ours } = readAsWe(packetsOf(bytes, cuts), isHead);
  return ours;
}

/**
 * Where we take what Node refuses, as RFC 9112 lets a client do: blanks around a chunk's extension and after its size
 * (7.1.1), extensions that nobody reads whatever they say, and a length that is said twice in the same words (6.3). An
 * interim answer that ends the connection is passed over like any other.
 */
const weAlsoTake =
  /HPE_INVALID_CHUNK_SIZE|chunk ext|HPE_STRICT|HPE_(UNEXPECTED|INVALID)_CONTENT_LENGTH|HPE_CLOSED_CONNECTION/i;

/** Node keeps no connection on which an answer to HEAD named no length; it has no body, so that we may. */
function same(ours: Answer, node: Answer, isHead: boolean): Answer {
  const isLengthless = !ours.headers.some(([name]) => name === 'content-length' || name === 'transfer-encoding');
  return { ...node, reason: '', ...(isHead && isLengthless ? { keepsAlive: ours.keepsAlive } : {}) };
}

/** Of bytes that may be anything: we see what Node sees, or refuse, or wait for more; we never see another answer. */
function compare(isHead: boolean, ours: Answer, node: Answer): void {
  if (ours.outcome === 'refused') return;
  if (ours.outcome === 'cut') {
    expect(node.outcome).toMatch(/cut|refused/);
    if (node.outcome === 'cut') expect(ours.body).toBe(node.body);
    return;
  }
  if (node.outcome === 'refused') expect(node.reason).toMatch(weAlsoTake);
  else expect(ours).toEqual(same(ours, node, isHead));
}

describe('answers as Node reads them', () => {
  test('good ones, in packets of any size', async () => {
    await fc.assert(
      fc.asyncProperty(answer, cutsOf, async ({ bytes, isHead }, cuts) => {
        const ours = read(bytes, isHead, cuts);
        expect(ours.outcome).toMatch(/whole|ended/);
        expect(ours).toEqual(same(ours, await readAsNode(bytes, isHead), isHead));
        expect(ours).toEqual(read(bytes, isHead, Array.from(bytes.keys())));
      }),
      runs,
    );
  });

  test('what comes behind a whole one is not taken', () => {
    fc.assert(
      fc.property(
        answer,
        fc.constantFrom('X', 'HTTP/1.1 200 OK\r\n\r\n', '\r\n', '0\r\n\r\n'),
        ({ bytes, isHead }, more) => {
          const alone = readAsWe([bytes], isHead);
          const both = readAsWe([Buffer.concat([bytes, bytesOf(more)])], isHead);
          if (alone.outcome === 'whole') expect(both).toEqual(alone);
          else expect(both.body).toBe(alone.body + more);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cut off at every byte', async () => {
    const [first] = fc.sample(answer, { numRuns: 1, seed: 5 });
    const fixed = [
      first,
      {
        bytes: bytesOf('HTTP/1.1 200 OK\r\nx: y\r\ntransfer-encoding: chunked\r\n\r\n3;a\r\nabc\r\n0\r\nt: 1\r\n\r\n'),
        isHead: false,
      },
      { bytes: bytesOf('HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd'), isHead: false },
      { bytes: bytesOf('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nabcd'), isHead: false },
    ];
    for (const { bytes, isHead } of fixed.filter((one) => one !== undefined)) {
      for (let length = 0; length < bytes.length; length += 1) {
        const short = bytes.subarray(0, length);
        const ours = read(short, isHead, [7, 30, 60]);
        const node = await readAsNode(short, isHead);
        // Both wait; only one without a length is whole by its end.
        compare(isHead, ours, node);
        expect(ours.outcome).toBe(node.outcome);
      }
    }
  });

  test('with bytes changed, left out and put in', async () => {
    const change = fc.record({
      at: fc.nat({ max: 400 }),
      removed: fc.nat({ max: 2 }),
      put: fc.oneof(
        letters('\r\n\0 \t:;,0159aA\x0b\x7f\xa0"', 2),
        fc.constantFrom(
          '\r\n',
          '\n\r\n',
          '\r\n ',
          'Content-Length: 3\r\n',
          'Transfer-Encoding: chunked\r\n',
          '\r\n\r\n',
          ', 3',
        ),
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        answer,
        fc.array(change, { minLength: 1, maxLength: 2 }),
        cutsOf,
        async (good, changes, cuts) => {
          let text = good.bytes.toString('latin1');
          for (const { at, removed, put } of changes) {
            const offset = at % (text.length + 1);
            text = text.slice(0, offset) + put + text.slice(offset + removed);
          }
          // A tab behind it is blank (RFC 9110, 5.5); Node takes it for a part of the name.
          fc.pre(!/chunked *\t/i.test(text));
          const bytes = bytesOf(text);
          const ours = read(bytes, good.isHead);
          compare(good.isHead, ours, await readAsNode(bytes, good.isHead));
          // The same of it, however it is cut; a refusal may come later.
          const inPackets = read(bytes, good.isHead, cuts);
          expect(inPackets.outcome).toBe(ours.outcome);
          if (ours.outcome !== 'refused') expect(inPackets).toEqual(ours);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

const ok = 'HTTP/1.1 200 OK\r\n';
const chunkedOk = `${ok}transfer-encoding: chunked\r\n\r\n`;
const outcomeOf = (text: string) => read(bytesOf(text), false).outcome;

describe('what is refused, whatever others make of it', () => {
  test.each([
    ['a length and chunks', `${ok}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${ok}content-length: 3\r\ncontent-length: 4\r\n\r\nabcd`],
    ['two lengths in a list', `${ok}content-length: 3, 4\r\n\r\nabcd`],
    ['a length with a sign', `${ok}content-length: +3\r\n\r\nabc`],
    ['a length in hex', `${ok}content-length: 0x3\r\n\r\nabc`],
    ['no length', `${ok}content-length:\r\n\r\nabc`],
    ['a length that no number holds', `${ok}content-length: 9007199254740993\r\n\r\n`],
    ['a length before a bare LF', `${ok}content-length: 3\n\r\n\r\nabc`],
    ['a length before a vertical tab', `${ok}content-length: 3\x0b\r\n\r\nabc`],
    ['a length before a no-break space', `${ok}content-length: 3\xa0\r\n\r\nabc`],
    ['chunks before a no-break space', `${ok}transfer-encoding: chunked\xa0\r\n\r\n0\r\n\r\n`],
    ['another encoding below', `${ok}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['chunks twice', `${ok}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a folded header', `${ok}x: a\r\n b\r\ncontent-length: 0\r\n\r\n`],
    ['a blank before the colon', `${ok}content-length : 0\r\n\r\n`],
    ['a header without a colon', `${ok}content-length\r\n\r\n`],
    ['a NUL in a header', `${ok}x: \0\r\n\r\n`],
    ['a bare LF between headers', `${ok}x: a\ncontent-length: 0\r\n\r\n`],
    ['a bare CR between headers', `${ok}x: a\rcontent-length: 0\r\n\r\n`],
    ['an empty line before', `\r\n${ok}content-length: 0\r\n\r\n`],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['a chunk without a size', `${chunkedOk}\r\nabc\r\n0\r\n\r\n`],
    ['a chunk with a negative size', `${chunkedOk}-3\r\nabc\r\n0\r\n\r\n`],
    ['a chunk in 0x', `${chunkedOk}0x3\r\nabc\r\n0\r\n\r\n`],
    ['a chunk that is longer than its size', `${chunkedOk}2\r\nabc\r\n0\r\n\r\n`],
    ['a chunk size that ends in a bare LF', `${chunkedOk}3\nabc\r\n0\r\n\r\n`],
    ['a chunk size that no number holds', `${chunkedOk}fffffffffffffff\r\nabc`],
    ['a folded trailer', `${chunkedOk}0\r\nx: a\r\n b\r\n\r\n`],
    ['a trailer that ends in a bare LF', `${chunkedOk}0\r\nx: a\n\r\n`],
    ['a head without an end', `${ok}x: ${'a'.repeat(65 * 1024)}`],
    ['a chunk line without an end', `${chunkedOk}0;${'a'.repeat(9 * 1024)}`],
    ['interim answers for ever', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(33)],
  ])('%s', (_name, text) => {
    expect(outcomeOf(text)).toBe('refused');
  });

  test('an answer of bare LFs is never whole', () => {
    expect(outcomeOf('HTTP/1.1 200 OK\ncontent-length: 3\n\nabc')).toBe('cut');
  });
});

test('what we take and Node does not', () => {
  const ours = (text: string) => read(bytesOf(text), false);
  for (const size of ['3 ', '3\t;a', '3;"\xff'])
    expect(ours(`${chunkedOk}${size}\r\nabc\r\n0\r\n\r\n`)).toMatchObject({ outcome: 'whole', body: 'abc' });
  const tabbed = `${ok}transfer-encoding: chunked\t\r\n\r\n3\r\nabc\r\n0\r\n\r\n`;
  expect(ours(tabbed)).toMatchObject({ outcome: 'whole', body: 'abc' });
  for (const twice of ['content-length: 3\r\ncontent-length: 3', 'content-length: 3 , 3'])
    expect(ours(`${ok}${twice}\r\n\r\nabc`)).toMatchObject({ outcome: 'whole', body: 'abc' });
});

test('a value keeps the bytes of its last letter', () => {
  const [, name] = read(Buffer.from(`${ok}content-length: 0\r\nx-amz-meta-name: \t voilà\t \r\n\r\n`), false).headers;
  expect(Buffer.from(name?.[1] ?? '', 'latin1').toString()).toBe('voilà');
});
