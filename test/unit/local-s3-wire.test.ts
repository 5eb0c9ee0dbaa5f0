import { XMLParser } from 'fast-xml-parser';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createChunkedDecoder } from '../../main/local-s3/http/aws-chunked.ts';
import { childText, readXml } from '../../main/local-s3/http/xml-read.ts';
import { escapeXml } from '../../main/local-s3/http/xml-write.ts';
import { parseRange } from '../../main/local-s3/handlers/read-object.ts';
import { sortKeys } from '../../main/local-s3/storage/key-order.ts';
import { compareKeys } from '../../shared/domain/key-order.ts';
import { isBucketName, plainSegments } from '../../main/local-s3/storage/layout.ts';
import { createChunkSigner } from '../../main/s3/sigv4/chunk-signature.ts';

describe('aws-chunked', () => {
  // AWS's documented example of a body with signed chunks and a trailing checksum.
  const signer = createChunkSigner(
    '20130524T000000Z',
    { day: '20130524', region: 'us-east-1', service: 's3' },
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  );
  const seed = '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e';
  const body = Buffer.concat([
    Buffer.from('10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n'),
    Buffer.alloc(65_536, 'a'),
    Buffer.from('\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n'),
    Buffer.alloc(1024, 'a'),
    Buffer.from(
      '\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n' +
        'x-amz-checksum-crc32c:sOO8/Q==\n\r\n' +
        'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n',
    ),
  ]);

  function decode(bytes: Buffer, pieceBytes: number) {
    const decoder = createChunkedDecoder({ verify: { signer, seed }, hasTrailer: true });
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const pushed = decoder.push(bytes.subarray(at, at + pieceBytes), (slice) => pieces.push(Buffer.from(slice)));
      if (!pushed.ok) return { code: pushed.error.code };
    }
    const finished = decoder.finish();
    return finished.ok ? { body: Buffer.concat(pieces), trailers: finished.value } : { code: finished.error.code };
  }

  test.each([1, 7, 1000, 65_536, 1_000_000])("AWS's example, in pieces of %i bytes", (pieceBytes) => {
    const decoded = decode(body, pieceBytes);
    expect(decoded.code).toBe(undefined);
    expect(decoded.body?.equals(Buffer.alloc(66_560, 'a'))).toBe(true);
    expect([...(decoded.trailers ?? [])]).toEqual([['x-amz-checksum-crc32c', 'sOO8/Q==']]);
  });

  test('a changed byte anywhere is refused', () => {
    const places = [10, 40, 200, 65_630, 65_700, 66_800, body.length - 150, body.length - 10];
    for (const place of places) {
      const changed = Buffer.from(body);
      changed[place] = (changed[place] as number) ^ 1;
      expect(decode(changed, 4096).code).toMatch(/SignatureDoesNotMatch|IncompleteBody/);
    }
  });

  test('a body cut short is refused', () => {
    expect(decode(body.subarray(0, 66_000), 4096).code).toBe('IncompleteBody');
    expect(decode(body.subarray(0, 65_625), 4096).code).toBe('IncompleteBody');
  });
});

describe('XML', () => {
  test('text survives the way there and back, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const root = readXml(`<Delete><Object><Key>${escapeXml(text)}</Key></Object></Delete>`);
        expect(childText(root?.children[0] ?? { name: '', children: [], text: '' }, 'Key')).toBe(text);
      }),
    );
  });

  test('agrees with fast-xml-parser on what clients send', () => {
    const parser = new XMLParser({ trimValues: false, parseTagValue: false });
    const document = (key: string) =>
      `<?xml version="1.0"?>\n<!-- a comment --><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n <Object><Key>${key}</Key><Empty/></Object></Delete>`;
    for (const key of ['plain', ' blanks  kept ', 'a&amp;b&lt;c&gt;&quot;&apos;', '<![CDATA[<&>]]>', 'ü😀']) {
      const theirs = parser.parse(document(key)) as { Delete: { Object: { Key: string } } };
      const ours = readXml(document(key));
      expect(childText(ours?.children[0] as NonNullable<typeof ours>, 'Key')).toBe(theirs.Delete.Object.Key);
    }
  });

  test.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a>&unknown;</a>',
    '<a>&</a>',
    '<a>&#xD800;</a>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a b></a>',
    '<'.repeat(20),
    `${'<a>'.repeat(20)}${'</a>'.repeat(20)}`,
  ])('refuses %j', (text) => {
    expect(readXml(text)).toBe(null);
  });
});

test('keys are in the order of their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (keys) => {
      const byBytes = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(sortKeys([...keys])).toEqual(byBytes);
      expect([...keys].sort(compareKeys)).toEqual(byBytes);
    }),
  );
});

test.each([
  ['bytes=0-0', 10, { offset: 0, sizeBytes: 1 }],
  ['bytes=3-', 10, { offset: 3, sizeBytes: 7 }],
  ['bytes=3-100', 10, { offset: 3, sizeBytes: 7 }],
  ['bytes=-4', 10, { offset: 6, sizeBytes: 4 }],
  ['bytes=-40', 10, { offset: 0, sizeBytes: 10 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=5-4', 10, 'ignored'],
  ['bytes=-', 10, 'ignored'],
  ['bytes=0-1,3-4', 10, 'ignored'],
  ['items=0-1', 10, 'ignored'],
] as const)('range %s of %i bytes', (text, totalBytes, expected) => {
  expect(parseRange(text, totalBytes)).toEqual(expected);
});

describe('names', () => {
  test.each([
    'a//b',
    '../x',
    'a/../b',
    '.',
    'a/.',
    'a/',
    '/a',
    '',
    'a\u0000b',
    'a\nb',
    'n'.repeat(256),
    'é'.repeat(128),
  ])('no path is made of %j', (key) => {
    expect(plainSegments(key)).toBe(null);
  });

  test('ordinary keys are paths, and Windows has its own mind about some', () => {
    expect(plainSegments('a/b c/ü.txt', 'win32')).toEqual(['a', 'b c', 'ü.txt']);
    for (const key of ['a:b', 'a\\b', 'con', 'NUL.txt', 'x/com1', 'dot.', 'blank ', 'a|b', 'a?']) {
      expect([key, plainSegments(key, 'linux') !== null, plainSegments(key, 'win32') !== null]).toEqual([
        key,
        true,
        false,
      ]);
    }
  });

  test('buckets', () => {
    for (const name of ['abc', 'my-bucket.1', 'a'.repeat(63)]) expect(isBucketName(name)).toBe(true);
    for (const name of [
      'ab',
      '.brigade',
      '..',
      'A-B',
      'a..b',
      'a_b',
      '-ab',
      'ab-',
      '192.168.0.1',
      'a'.repeat(64),
      'a/b',
    ]) {
      expect([name, isBucketName(name)]).toEqual([name, false]);
    }
  });
});
