import { createHash } from 'node:crypto';
import { Crc32, Crc32cJs, Crc64NvmeJs } from '@aws-sdk/checksums/crc';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combineCrc } from '../../main/checksums/combine-crc.ts';
import { crc32FromBase64, crcFromBase64, crcToBase64, type CrcAlgorithm } from '../../main/checksums/crc-base64.ts';
import { createDigest, type DigestAlgorithm } from '../../main/checksums/digest.ts';

function digestOf(algorithm: DigestAlgorithm, ...pieces: Uint8Array[]): string {
  const digest = createDigest(algorithm);
  for (const piece of pieces) digest.update(piece);
  return digest.digestBase64();
}

/** The definition, bit by bit. */
function bitwiseCrc(algorithm: CrcAlgorithm, data: Uint8Array): string {
  const width = algorithm === 'crc64nvme' ? 64n : 32n;
  const polynomial = { crc32: 0xedb88320n, crc32c: 0x82f63b78n, crc64nvme: 0x9a6c9329ac4bc9b5n }[algorithm];
  const ones = (1n << width) - 1n;
  let crc = ones;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return crcToBase64(algorithm, crc ^ ones);
}

const algorithms = ['crc32', 'crc32c', 'crc64nvme'] as const;
const sdkDigests = { crc32: Crc32, crc32c: Crc32cJs, crc64nvme: Crc64NvmeJs };
const bytes = fc.uint8Array({ maxLength: 200 });

describe.each(algorithms)('%s', (algorithm) => {
  test('has the check value of the catalogue of CRCs', () => {
    const check = { crc32: 0xcbf43926n, crc32c: 0xe3069283n, crc64nvme: 0xae8b14860a799888n }[algorithm];
    expect(crcFromBase64(algorithm, digestOf(algorithm, Buffer.from('123456789')))).toBe(check);
  });

  test('is the bitwise definition at every alignment and split', () => {
    fc.assert(
      fc.property(bytes, fc.nat(8), fc.nat(200), (data, offset, cut) => {
        const shifted = new Uint8Array(data.length + offset).subarray(offset);
        shifted.set(data);
        const expected = bitwiseCrc(algorithm, data);
        expect(digestOf(algorithm, shifted)).toBe(expected);
        expect(digestOf(algorithm, shifted.subarray(0, cut), shifted.subarray(cut))).toBe(expected);
      }),
    );
  });

  test('of two pieces combines to that of the whole', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const combined = combineCrc(algorithm, digestOf(algorithm, a), digestOf(algorithm, b), b.length);
        expect(combined).toBe(digestOf(algorithm, a, b));
      }),
    );
  });

  test("is the SDK's, over megabytes", async () => {
    const data = Buffer.alloc(3_000_001);
    for (let i = 0; i < data.length; i++) data[i] = (i * 2_654_435_761) >>> 13;
    const sdk = new sdkDigests[algorithm]();
    sdk.update(data);
    expect(digestOf(algorithm, data)).toBe(Buffer.from(await sdk.digest()).toString('base64'));
    const part = 1_048_576;
    let whole = digestOf(algorithm, data.subarray(0, part));
    for (let at = part; at < data.length; at += part) {
      const piece = data.subarray(at, at + part);
      whole = combineCrc(algorithm, whole, digestOf(algorithm, piece), piece.length);
    }
    expect(whole).toBe(digestOf(algorithm, data));
  });

  test('combines over lengths beyond 2^32', () => {
    // Associative: (A B) C and A (B C), with B as long as a big object.
    const long = 5 * 2 ** 40 + 12_345;
    const [a, b, c] = ['a', 'b', 'c'].map((text) => digestOf(algorithm, Buffer.from(text))) as [string, string, string];
    const left = combineCrc(algorithm, combineCrc(algorithm, a, b, long), c, 7);
    const right = combineCrc(algorithm, a, combineCrc(algorithm, b, c, 7), long + 7);
    expect(left).toBe(right);
  });

  test('refuses what is no CRC', () => {
    for (const wrong of ['', 'AAAA', 'AAAAAA', '!!!!!!==', 'AAAAAAAAAAAAAAAAAA==']) {
      expect(crcFromBase64(algorithm, wrong)).toBe(null);
      expect(() => combineCrc(algorithm, wrong, wrong, 1)).toThrow(RangeError);
    }
  });
});

test.each(['md5', 'sha1', 'sha256'] as const)('%s is the hash in base64', (algorithm) => {
  expect(digestOf(algorithm, Buffer.from('ab'), Buffer.from('c'))).toBe(
    createHash(algorithm).update('abc').digest('base64'),
  );
});

test('crc32 as a number', () => {
  expect(crc32FromBase64('y/Q5Jg==')).toBe(0xcbf43926);
  expect(crc32FromBase64('y/Q5J')).toBe(null);
});
