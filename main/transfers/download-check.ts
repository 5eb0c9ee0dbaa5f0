import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { md5OfObject } from '../s3/etag.ts';
import type { RangeDigest } from '../s3/data-plane/transport.ts';
import type { StoredObject } from '../s3/object-store.ts';

/**
 * Compares the digests of the whole object with what the server keeps for it: any full-object checksum, else an ETag
 * that is an MD5. Pure ([T12], [T13]). `size` when there is nothing to compare with: the length was checked by then.
 *
 * An MD5-like ETag that differs is a mismatch, unless the server says that it encrypts: only then S3's ETags are not MD5s.
 */
export function verifyDownload(
  stored: StoredObject,
  digests: Readonly<Partial<Record<RangeDigest, string>>>,
  key: string,
): Result<Verification> {
  if (stored.checksumType === 'FULL_OBJECT') {
    for (const [algorithm, expected] of Object.entries(stored.checksums)) {
      const actual = digests[algorithm as RangeDigest];
      if (actual === undefined) continue;
      return actual === expected ? ok('checksum') : err(mismatch(key, algorithm, expected, actual));
    }
  }
  const md5 = md5OfObject(stored);
  const actual = digests.md5;
  if (md5 === null || actual === undefined) return ok('size');
  const actualHex = Buffer.from(actual, 'base64').toString('hex');
  return actualHex === md5 ? ok('md5') : err(mismatch(key, 'md5', md5, actualHex));
}

export function mismatch(key: string, algorithm: string, expected: string, actual: string) {
  return appError('ChecksumMismatch', { key, algorithm, expected, actual });
}
