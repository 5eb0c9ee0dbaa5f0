import { expect, test } from 'vitest';
import { verifyDownload } from '../../../main/transfers/download-check.ts';
import { planCheck } from '../../../main/transfers/range-proof.ts';
import type { StoredObject } from '../../../main/s3/object-store.ts';

const mebibyte = 1024 * 1024;
const stored = (change: Partial<StoredObject>): StoredObject => ({
  etag: null,
  checksums: {},
  checksumType: null,
  versionId: null,
  etagIsMd5: true,
  ...change,
});
const md5Hex = '5d41402abc4b2a76b9719d911017c592';
const md5 = Buffer.from(md5Hex, 'hex').toString('base64');

test.each([
  [
    'a full-object checksum that fits',
    stored({ checksums: { crc32: 'NhCmhg==' }, checksumType: 'FULL_OBJECT' }),
    { crc32: 'NhCmhg==' } as const,
    'checksum',
  ],
  [
    'one that does not',
    stored({ checksums: { crc32: 'NhCmhg==' }, checksumType: 'FULL_OBJECT' }),
    { crc32: 'AAAAAA==' } as const,
    'ChecksumMismatch',
  ],
  ['an MD5 ETag that fits', stored({ etag: `"${md5Hex}"` }), { md5 } as const, 'md5'],
  [
    'an MD5 ETag that does not',
    stored({ etag: `"${md5Hex.replace('5', '6')}"` }),
    { md5 } as const,
    'ChecksumMismatch',
  ],
  [
    'an ETag that is no MD5 because the object is encrypted',
    stored({ etag: `"${md5Hex.replace('5', '6')}"`, etagIsMd5: false }),
    { md5 } as const,
    'size',
  ],
  ['nothing to compare with', stored({ etag: '"opaque"' }), {}, 'size'],
])('[T12] [T13] %s', (_, server, digests, expected) => {
  const result = verifyDownload(server, digests, 'k');
  expect(result.ok ? result.value : result.error.code).toBe(expected);
});

test('[T12] CRCs come from the ranges, other checksums from the finished file', () => {
  const size = 100 * mebibyte;
  expect(planCheck(stored({ checksums: { crc64nvme: 'x' }, checksumType: 'FULL_OBJECT' }), size)).toMatchObject({
    rangeDigests: ['crc32', 'crc64nvme'],
    fileDigest: null,
  });
  expect(planCheck(stored({ checksums: { sha256: 'x' }, checksumType: 'FULL_OBJECT' }), size)).toMatchObject({
    fileDigest: 'sha256',
  });
  expect(planCheck(stored({ etag: `"${md5Hex}"` }), size)).toMatchObject({ fileDigest: 'md5' });
});

test('[T13] a multipart ETag asks for MD5s of ranges of the size it was made with', () => {
  expect(planCheck(stored({ etag: `"${md5Hex}-20"` }), 100 * mebibyte)).toMatchObject({
    partBytes: 5 * mebibyte,
    multipartMd5: true,
    rangeDigests: ['crc32', 'md5'],
  });
  expect(planCheck(stored({ etag: `"${md5Hex}-20"`, etagIsMd5: false }), 100 * mebibyte)).toMatchObject({
    multipartMd5: false,
  });
});

test('[T13] an ETag that tells of no parts asks for ranges as any other', () => {
  const check = planCheck(stored({ etag: `"${md5Hex}-0"` }), 20_000_000);
  expect(check).toMatchObject({ partBytes: 8 * mebibyte, rangeDigests: ['crc32'], multipartMd5: false });
});
