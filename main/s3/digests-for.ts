import type { RangeDigest } from './data-plane/transport.ts';
import { md5OfObject } from './etag.ts';
import type { StoredObject } from './object-store.ts';

/** The digests with which a whole object can be checked against what its server keeps for it; none: only its size can. Pure. */
export function digestsFor(stored: StoredObject): RangeDigest[] {
  if (stored.checksumType === 'FULL_OBJECT') return Object.keys(stored.checksums) as RangeDigest[];
  return md5OfObject(stored) === null ? [] : ['md5'];
}
