import type { Verification } from '../../shared/domain/transfer.ts';
import type { RangeDigest } from '../s3/data-plane/transport.ts';
import { md5OfObject, partCountOfEtag, sameEtag } from '../s3/etag.ts';
import type { StoredObject } from '../s3/object-store.ts';

/** Digests of all bytes of something. CRCs and hashes as base64. */
export type WholeDigests = Readonly<Partial<Record<RangeDigest, string>>>;

/** The best proof first: of several that are kept one is enough, and only one is reckoned. */
const byStrength: readonly RangeDigest[] = ['sha256', 'sha1', 'md5', 'crc64nvme', 'crc32c', 'crc32'];

/** What a server keeps of the whole object: full-object checksums, and the MD5 where the ETag is that. Pure. */
export function keptDigests(stored: StoredObject): WholeDigests {
  const md5 = md5OfObject(stored);
  return {
    ...(stored.checksumType === 'FULL_OBJECT' ? stored.checksums : {}),
    ...(md5 === null ? {} : { md5: Buffer.from(md5, 'hex').toString('base64') }),
  };
}

/** Pure. Null when none is kept. */
export function strongestDigest(kept: WholeDigests): RangeDigest | null {
  return byStrength.find((name) => kept[name] !== undefined) ?? null;
}

/** Pure. */
export function levelOf(name: RangeDigest): Verification {
  return name === 'md5' ? 'md5' : 'checksum';
}

/**
 * How two objects of the same size are proven to have the same bytes, by what their servers keep of each; null where they
 * differ, and where nothing tells ([T69]). Pure.
 *
 * ETags count only where both servers say that they are made of MD5s. One of a single part (`…-1`) never does: some servers
 * mark with it what is no MD5 at all, the local S3 among them.
 */
export function proveSameObjects(a: StoredObject, b: StoredObject): Verification | null {
  const [ofA, ofB] = [keptDigests(a), keptDigests(b)];
  const common = byStrength.find((name) => ofA[name] !== undefined && ofB[name] !== undefined);
  if (common !== undefined) return ofA[common] === ofB[common] ? levelOf(common) : null;
  const isOfParts = a.etagIsMd5 && b.etagIsMd5 && (partCountOfEtag(a.etag) ?? 0) > 1;
  return isOfParts && sameEtag(a.etag, b.etag) ? 'md5' : null;
}
