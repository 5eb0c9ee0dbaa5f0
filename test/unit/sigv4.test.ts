import { createHash, createHmac, randomBytes } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalRequest,
  emptyPayloadHash,
  sha256Hex,
  unsignedPayload,
} from '../../main/s3/sigv4/canonical-request.ts';
import { createChunkSigner } from '../../main/s3/sigv4/chunk-signature.ts';
import { encodeKey, encodeQuery } from '../../main/s3/sigv4/encode.ts';
import { presignQuery, presignUrl } from '../../main/s3/sigv4/presign.ts';
import { signRequest } from '../../main/s3/sigv4/sign-request.ts';
import { amzDate, parseAmzDate, signCanonicalRequest } from '../../main/s3/sigv4/signing-key.ts';

// The examples of AWS's S3 API reference ("Authenticating Requests").
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const dateMs = Date.UTC(2013, 4, 24);
const host = 'examplebucket.s3.amazonaws.com';
const base = { credentials, dateMs, region: 'us-east-1', payloadHash: emptyPayloadHash } as const;
const scope = { day: '20130524', region: 'us-east-1', service: 's3' };

function signatureOf(headers: Record<string, string>): string | undefined {
  return /Signature=([0-9a-f]{64})$/.exec(headers['authorization'] ?? '')?.[1];
}

class Sha256 {
  readonly #key: Uint8Array | null;
  #parts: Uint8Array[] = [];
  constructor(key?: unknown) {
    this.#key = key === undefined ? null : typeof key === 'string' ? Buffer.from(key) : (key as Uint8Array);
  }
  update(data: Uint8Array): void {
    this.#parts.push(data);
  }
  digest(): Promise<Uint8Array> {
    const target = this.#key === null ? createHash('sha256') : createHmac('sha256', this.#key);
    for (const part of this.#parts) target.update(part);
    return Promise.resolve(target.digest());
  }
  reset(): void {
    this.#parts = [];
  }
}

/** The SDK's signer as an oracle: the same clock, the same rules as its S3 client. */
const oracle = new SignatureV4({
  credentials,
  region: 'us-east-1',
  service: 's3',
  uriEscapePath: false,
  applyChecksum: false,
  sha256: Sha256,
});

describe("AWS's documented examples", () => {
  test('GET of a range', () => {
    const signed = signRequest({
      ...base,
      method: 'GET',
      path: '/test.txt',
      query: [],
      headers: { host, Range: 'bytes=0-9' },
    });
    expect(signed['authorization']).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
        'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, ' +
        'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  test('PUT', () => {
    const signed = signRequest({
      ...base,
      method: 'PUT',
      path: `/${encodeKey('test$file.text')}`,
      query: [],
      headers: { host, date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      payloadHash: sha256Hex('Welcome to Amazon S3.'),
    });
    expect(signatureOf(signed)).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
  });

  test('a sub-resource and a query', () => {
    const lifecycle = signRequest({ ...base, method: 'GET', path: '/', query: [['lifecycle', '']], headers: { host } });
    expect(signatureOf(lifecycle)).toBe('fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543');
    const query = [
      ['prefix', 'J'],
      ['max-keys', '2'],
    ] as const;
    const listed = signRequest({ ...base, method: 'GET', path: '/', query, headers: { host } });
    expect(signatureOf(listed)).toBe('34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7');
  });

  test('a presigned URL', () => {
    const url = presignUrl({
      ...base,
      method: 'GET',
      path: '/test.txt',
      query: [],
      headers: { host },
      expiresInSeconds: 86_400,
      protocol: 'https:',
    });
    expect(url).toContain('X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404');
    expect(url.startsWith('https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&')).toBe(
      true,
    );
  });

  test('a streamed body: seed and chunks', () => {
    const date = amzDate(dateMs);
    const payloadHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
    const { text } = canonicalRequest({
      method: 'PUT',
      path: '/examplebucket/chunkObject.txt',
      query: [],
      signedHeaders: [
        ['host', 's3.amazonaws.com'],
        ['content-encoding', 'aws-chunked'],
        ['content-length', '66824'],
        ['x-amz-content-sha256', payloadHash],
        ['x-amz-date', date],
        ['x-amz-decoded-content-length', '66560'],
        ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
      ],
      payloadHash,
    });
    const seed = signCanonicalRequest(text, date, scope, credentials.secretAccessKey);
    expect(seed).toBe('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9');
    const signer = createChunkSigner(date, scope, credentials.secretAccessKey);
    const first = signer.signChunk(seed, sha256Hex(Buffer.alloc(65_536, 'a')));
    expect(first).toBe('ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648');
    const second = signer.signChunk(first, sha256Hex(Buffer.alloc(1024, 'a')));
    expect(second).toBe('0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497');
    expect(signer.signChunk(second, emptyPayloadHash)).toBe(
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    );
  });
});

describe('keys', () => {
  test('are encoded byte by byte, nothing normalised', () => {
    expect(encodeKey('a//b/../c/./')).toBe('a//b/../c/./');
    expect(encodeKey("ä b+c&d=e%20!'()*~")).toBe('%C3%A4%20b%2Bc%26d%3De%2520%21%27%28%29%2A~');
    expect(encodeKey('\u0001\n\u{1F600}')).toBe('%01%0A%F0%9F%98%80');
  });

  test('survive the way there and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (key) => {
        expect(decodeURIComponent(encodeKey(key))).toBe(key);
        expect(encodeKey(key)).toMatch(/^[A-Za-z0-9\-._~/%]*$/);
      }),
    );
  });
});

test('dates of the wire', () => {
  expect(amzDate(1_369_353_600_999)).toBe('20130524T000000Z');
  expect(parseAmzDate('20130524T000000Z')).toBe(dateMs);
  for (const wrong of ['', '2013-05-24T00:00:00Z', '20131324T000000Z', '20130524T000000'])
    expect(parseAmzDate(wrong)).toBe(null);
});

describe("the SDK's signer agrees", () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('ab Z/09+&=%?#.~!*()\'"äé\u{1F600}\u0001')) });
  const parameters = fc.uniqueArray(fc.tuple(text.filter(Boolean), text), { selector: ([name]) => name, maxLength: 5 });

  test('on headers', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        parameters,
        fc.string({ unit: fc.constantFrom(...Array.from('a  b\tc')) }),
        async (key, query, value) => {
          const headers = { host, 'x-amz-meta-note': value, 'Content-Type': 'text/plain' };
          const path = `/${encodeKey(key)}`;
          const signed = signRequest({ ...base, method: 'PUT', path, query, headers, payloadHash: unsignedPayload });
          const expected = await oracle.sign(
            {
              method: 'PUT',
              protocol: 'https:',
              hostname: host,
              path,
              query: Object.fromEntries(query),
              headers: { ...headers, 'x-amz-content-sha256': unsignedPayload },
            },
            { signingDate: new Date(dateMs) },
          );
          expect(signed['authorization']).toBe(expected.headers['authorization']);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('on presigned URLs with a session token', async () => {
    const temporary = { ...credentials, sessionToken: randomBytes(40).toString('base64') };
    const query = [['response-content-disposition', 'attachment; filename="a b.txt"']] as const;
    const ours = presignQuery({
      ...base,
      credentials: temporary,
      method: 'GET',
      path: '/a//b',
      query,
      headers: { host },
      expiresInSeconds: 60,
    });
    const withToken = new SignatureV4({
      credentials: temporary,
      region: 'us-east-1',
      service: 's3',
      uriEscapePath: false,
      applyChecksum: false,
      sha256: Sha256,
    });
    const expected = await withToken.presign(
      {
        method: 'GET',
        protocol: 'https:',
        hostname: host,
        path: '/a//b',
        query: Object.fromEntries(query),
        headers: { host, 'x-amz-content-sha256': unsignedPayload },
      },
      {
        signingDate: new Date(dateMs),
        expiresIn: 60,
        unsignableHeaders: new Set(['x-amz-content-sha256']),
        unhoistableHeaders: new Set(['x-amz-content-sha256']),
      },
    );
    const parsed = new URLSearchParams(ours);
    expect(parsed.get('X-Amz-Signature')).toBe(expected.query?.['X-Amz-Signature']);
    expect(parsed.get('X-Amz-Security-Token')).toBe(temporary.sessionToken);
    expect(parsed.get('X-Amz-SignedHeaders')).toBe('host');
    expect(ours.startsWith(encodeQuery(query))).toBe(true);
  });
});

test('what changes on the way is not signed', () => {
  const signed = signRequest({
    ...base,
    method: 'PUT',
    path: '/k',
    query: [],
    headers: { host, 'Content-Length': '3', 'user-agent': 'x', Expect: '100-continue', connection: 'keep-alive' },
  });
  expect(signed['authorization']).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date,');
});

test('a presigned URL cannot live longer than a week', () => {
  const request = { ...base, method: 'GET', path: '/', query: [], headers: { host } };
  expect(() => presignQuery({ ...request, expiresInSeconds: 604_801 })).toThrow(RangeError);
  expect(() => presignQuery({ ...request, expiresInSeconds: 0 })).toThrow(RangeError);
});
