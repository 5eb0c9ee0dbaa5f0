import type { Verification } from '../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { partCountOfEtag, plainMd5OfEtag, sameEtag } from './etag.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** What was sent, to be compared with what the server has. */
export type Sent = {
  readonly sizeBytes: number;
  /** Base64; null for algorithms that were not computed. */
  readonly digest: (algorithm: string) => string | null;
  /** The ETag the bytes have where ETags are made of MD5s; null when it was not computed. */
  readonly etag: string | null;
};

/**
 * How well an upload is verified: by a full-object checksum in the server's answer or in HEAD, else by an ETag made of
 * MD5s, else by the size alone. ChecksumMismatch or SizeMismatch when the server has something else.
 */
export async function verifyStored(
  head: ObjectStore['head'],
  place: { readonly bucket: string; readonly key: string },
  answered: StoredObject,
  sent: Sent,
): Promise<Result<Verification>> {
  const fromAnswer = compare(answered, sent, place);
  if (fromAnswer !== null) return fromAnswer;
  const now = await head(place.bucket, place.key);
  if (!now.ok) return now;
  if (now.value.sizeBytes !== sent.sizeBytes) {
    const sizes = { expectedBytes: sent.sizeBytes, actualBytes: now.value.sizeBytes };
    return err(appError('SizeMismatch', { ...place, ...sizes }));
  }
  return compare(now.value, sent, place) ?? ok('size');
}

/** Null when there is nothing to compare. */
function compare(
  stored: StoredObject,
  sent: Sent,
  place: { bucket: string; key: string },
): Result<Verification> | null {
  if (stored.checksumType === 'FULL_OBJECT') {
    for (const [algorithm, actual] of Object.entries(stored.checksums)) {
      const expected = sent.digest(algorithm);
      if (expected === null) continue;
      return expected === actual ? ok('checksum') : err(mismatch(place, algorithm, expected, actual));
    }
  }
  if (!stored.etagIsMd5 || sent.etag === null || !isMd5Like(stored.etag, sent.etag)) return null;
  return sameEtag(stored.etag, sent.etag) ? ok('md5') : err(mismatch(place, 'md5', sent.etag, stored.etag ?? ''));
}

/** Both of one MD5, or both of as many parts. */
function isMd5Like(stored: string | null, sent: string): boolean {
  if (plainMd5OfEtag(sent) !== null) return plainMd5OfEtag(stored) !== null;
  return partCountOfEtag(stored) !== null && partCountOfEtag(stored) === partCountOfEtag(sent);
}

function mismatch(place: object, algorithm: string, expected: string, actual: string): AppError {
  return appError('ChecksumMismatch', { ...place, algorithm, expected, actual });
}
