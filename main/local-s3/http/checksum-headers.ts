import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import type { ChecksumAlgorithm, StoredChecksum } from '../storage/stored-version.ts';
import { field } from './xml-write.ts';

/** By the name S3 has in headers (`x-amz-checksum-…`): bytes of the value, and the name of its XML element. */
const checksums: Readonly<Record<ChecksumAlgorithm, { readonly bytes: number; readonly element: string }>> = {
  crc32: { bytes: 4, element: 'ChecksumCRC32' },
  crc32c: { bytes: 4, element: 'ChecksumCRC32C' },
  crc64nvme: { bytes: 8, element: 'ChecksumCRC64NVME' },
  sha1: { bytes: 20, element: 'ChecksumSHA1' },
  sha256: { bytes: 32, element: 'ChecksumSHA256' },
};

export const checksumAlgorithms = Object.keys(checksums) as readonly ChecksumAlgorithm[];

/** `CRC32`, `SHA256` … as headers and XML have them. */
export function parseAlgorithm(name: string): ChecksumAlgorithm | null {
  return checksumAlgorithms.find((algorithm) => algorithm === name.toLowerCase()) ?? null;
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm}`;
}

export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return checksums[algorithm].element;
}

export function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === checksums[algorithm].bytes && bytes.toString('base64') === value;
}

/** Headers that tell a stored checksum. */
export function checksumReplyHeaders(checksum: StoredChecksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** Elements that tell a stored checksum. */
export function checksumFields(checksum: StoredChecksum | undefined): string {
  return checksum
    ? field(checksumElement(checksum.algorithm), checksum.value) + field('ChecksumType', checksum.type)
    : '';
}

export type DeclaredChecksum = {
  readonly algorithm: ChecksumAlgorithm;
  /** Null when it comes behind the body. */
  readonly value: string | null;
};

/** The checksum a request carries for its body, in a header or announced as a trailer; at most one. */
export function declaredChecksum(headers: Readonly<Record<string, string>>): Outcome<DeclaredChecksum | null> {
  const found: DeclaredChecksum[] = [];
  for (const algorithm of checksumAlgorithms) {
    const value = headers[checksumHeader(algorithm)];
    if (value === undefined) continue;
    if (!isChecksumValue(algorithm, value)) {
      return fail('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
    }
    found.push({ algorithm, value });
  }
  const trailer = headers['x-amz-trailer'];
  if (trailer !== undefined) {
    const algorithm = checksumAlgorithms.find((each) => checksumHeader(each) === trailer.trim().toLowerCase());
    if (!algorithm) return fail('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
    found.push({ algorithm, value: null });
  }
  if (found.length > 1) {
    return fail(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const named = headers['x-amz-sdk-checksum-algorithm'];
  if (found.length === 0 && named !== undefined && parseAlgorithm(named) !== null) {
    return fail(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return ok(found[0] ?? null);
}
