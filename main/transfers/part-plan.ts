/** Which parts a transfer is made of. Pure. */

const mebibyte = 1024 * 1024;
/** S3's limits for multipart uploads: parts but the last 5 MiB to 5 GiB, at most 10,000 of them. */
export const maxParts = 10_000;
export const minPartBytes = 5 * mebibyte;
export const maxPartBytes = 5 * 1024 * mebibyte;
/** 10,000 parts of 5 GiB: 48.8 TiB. */
export const maxObjectBytes = maxParts * maxPartBytes;
/** One CopyObject request. */
export const maxSingleCopyBytes = 5 * 1024 * mebibyte;

/** What a transfer is cut into; the tests' simulation cuts smaller. */
export type PartSizes = {
  /** Of all parts but the last, where 10,000 of them hold the object. */
  readonly partBytes: number;
  /** Up to here one request carries a whole upload: a multipart upload needs two more. */
  readonly singleUploadBytes: number;
  /** Up to here one request brings a whole download, with what the server keeps for it in the same answer. */
  readonly singleDownloadBytes: number;
};

export const standardPartSizes: PartSizes = {
  partBytes: 8 * mebibyte,
  singleUploadBytes: 16 * mebibyte,
  singleDownloadBytes: 8 * mebibyte,
};

/** The size of all parts but the last: the usual one, more when 10,000 of those do not hold the object. */
export function partBytesFor(sizeBytes: number, sizes: PartSizes = standardPartSizes): number {
  const needed = Math.ceil(sizeBytes / maxParts / mebibyte) * mebibyte;
  return sizeBytes <= sizes.partBytes * maxParts ? sizes.partBytes : needed;
}

export type PlannedPart = { readonly partNumber: number; readonly offset: number; readonly sizeBytes: number };

export function planParts(sizeBytes: number, partBytes: number): PlannedPart[] {
  const count = Math.max(1, Math.ceil(sizeBytes / partBytes));
  return Array.from({ length: count }, (_, index) => ({
    partNumber: index + 1,
    offset: index * partBytes,
    sizeBytes: Math.min(partBytes, sizeBytes - index * partBytes),
  }));
}

/** Part sizes that common tools use, in the order they are likely. */
const commonPartBytes = [8, 5, 16, 15, 10, 20, 25, 32, 50, 64, 100, 128, 256, 512, 1024].map((size) => size * mebibyte);

/**
 * The part size with which an object of this size came to have this many parts, or null when none that anyone uses
 * fits. With it the MD5s of the parts can be compared with a multipart ETag.
 */
export function guessPartBytes(
  sizeBytes: number,
  partCount: number,
  sizes: PartSizes = standardPartSizes,
): number | null {
  const roundedUp = Math.ceil(sizeBytes / partCount / mebibyte) * mebibyte;
  const candidates = [partBytesFor(sizeBytes, sizes), ...commonPartBytes, roundedUp];
  return candidates.find((partBytes) => Math.ceil(sizeBytes / partBytes) === partCount) ?? null;
}
