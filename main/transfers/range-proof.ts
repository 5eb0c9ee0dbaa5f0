import type { Verification } from '../../shared/domain/transfer.ts';
import { ok, type Result } from '../../shared/result.ts';
import { combineCrc } from '../checksums/combine-crc.ts';
import { isCrcAlgorithm } from '../checksums/digest.ts';
import type { RangeDigest } from '../s3/data-plane/transport.ts';
import { multipartEtag, partCountOfEtag, plainMd5OfEtag, sameEtag } from '../s3/etag.ts';
import type { StoredObject } from '../s3/object-store.ts';
import { verifyDownload } from './download-check.ts';
import type { PartRecord } from './journal.ts';
import { guessPartBytes, partBytesFor, type PartSizes, standardPartSizes } from './part-plan.ts';

/**
 * How a big object is checked. parts: the digests of its ranges are combined, nothing is read twice. file: the
 * finished file is read once more. Pure.
 */
export type CheckPlan = {
  readonly partBytes: number;
  readonly rangeDigests: readonly RangeDigest[];
  readonly fileDigest: RangeDigest | null;
  readonly multipartMd5: boolean;
};

export function planCheck(stored: StoredObject, sizeBytes: number, sizes: PartSizes = standardPartSizes): CheckPlan {
  const partBytes = partBytesFor(sizeBytes, sizes);
  // CRC32 of each range is always kept: after a crash it tells whether a part really reached the disk.
  const base = { partBytes, rangeDigests: ['crc32'] as RangeDigest[], fileDigest: null, multipartMd5: false };
  if (stored.checksumType === 'FULL_OBJECT') {
    const algorithms = Object.keys(stored.checksums) as RangeDigest[];
    const crc = algorithms.find(isCrcAlgorithm);
    if (crc !== undefined) return { ...base, rangeDigests: crc === 'crc32' ? ['crc32'] : ['crc32', crc] };
    return { ...base, fileDigest: algorithms[0] ?? null };
  }
  if (!stored.etagIsMd5) return base;
  if (plainMd5OfEtag(stored.etag) !== null) return { ...base, fileDigest: 'md5' };
  const partCount = partCountOfEtag(stored.etag);
  const guessed = partCount === null ? null : guessPartBytes(sizeBytes, partCount, sizes);
  if (guessed === null) return base;
  return { ...base, partBytes: guessed, rangeDigests: ['crc32', 'md5'], multipartMd5: true };
}

/**
 * Compares what the server keeps for the whole with the digests of its ranges, in order and without a gap; `size` where
 * they cannot be put together. Pure.
 */
export function proveRanges(
  check: CheckPlan,
  stored: StoredObject,
  parts: readonly PartRecord[],
  key: string,
): Result<Verification> {
  if (!check.multipartMd5) return verifyDownload(stored, combinedCrcs(parts, check.rangeDigests), key);
  const md5s = parts.map((part) => Buffer.from(part.digests['md5'] ?? '', 'base64').toString('hex'));
  // A different part size than the guessed one gives another ETag: that proves nothing either way.
  return ok(sameEtag(stored.etag, multipartEtag(md5s)) ? 'md5' : 'size');
}

/** The CRCs of the whole from those of its parts, in order. */
function combinedCrcs(
  parts: readonly PartRecord[],
  names: readonly RangeDigest[],
): Partial<Record<RangeDigest, string>> {
  const combined: Partial<Record<RangeDigest, string>> = {};
  for (const name of names.filter(isCrcAlgorithm)) {
    let whole: string | null = null;
    for (const part of parts) {
      const own = part.digests[name] ?? '';
      whole = whole === null ? own : combineCrc(name, whole, own, part.sizeBytes);
    }
    if (whole !== null) combined[name] = whole;
  }
  return combined;
}
