import { createHash } from 'node:crypto';

/** The MD5 (hex) an ETag claims to be, or null for multipart ones and those of other making (KMS, other servers). */
export function plainMd5OfEtag(etag: string | null): string | null {
  const match = /^"?([0-9a-f]{32})"?$/i.exec(etag ?? '');
  return match?.[1]?.toLowerCase() ?? null;
}

/** The MD5 (hex) of an object's bytes, where its ETag is that; null where it is not, or the server encrypts. */
export function md5OfObject(stored: { readonly etag: string | null; readonly etagIsMd5: boolean }): string | null {
  return stored.etagIsMd5 ? plainMd5OfEtag(stored.etag) : null;
}

/** Number of parts an ETag like `"…-3"` tells of; null for others. */
export function partCountOfEtag(etag: string | null): number | null {
  const match = /^"?[0-9a-f]{32}-([1-9]\d*)"?$/i.exec(etag ?? '');
  return match ? Number(match[1]) : null;
}

/** The ETag S3 gives a multipart upload of parts with these MD5s (hex), without quotes. */
export function multipartEtag(partMd5s: readonly string[]): string {
  const hash = createHash('md5');
  for (const md5 of partMd5s) hash.update(Buffer.from(md5, 'hex'));
  return `${hash.digest('hex')}-${partMd5s.length}`;
}

/** Compares without quotes and case. */
export function sameEtag(a: string | null, b: string | null): boolean {
  const bare = (etag: string) => etag.replace(/^"|"$/g, '').toLowerCase();
  return a !== null && b !== null && bare(a) === bare(b);
}

/** With quotes, as the port has it: some servers leave them out of some answers. Null for none. */
export function quotedEtag(etag: string | undefined): string | null {
  if (etag === undefined || etag === '') return null;
  return /^(W\/)?"/.test(etag) ? etag : `"${etag}"`;
}
