export type CrcAlgorithm = 'crc32' | 'crc32c' | 'crc64nvme';

export const crcBytes: Readonly<Record<CrcAlgorithm, number>> = { crc32: 4, crc32c: 4, crc64nvme: 8 };

/** Base64 of the big-endian bytes, as S3's headers have CRC32 and CRC32C. */
export function crc32ToBase64(value: number): string {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.toString('base64');
}

/** Null when the text is not base64 of four bytes. */
export function crc32FromBase64(text: string): number | null {
  const value = crcFromBase64('crc32', text);
  return value === null ? null : Number(value);
}

/** Base64 of the big-endian bytes, as S3's headers have it. */
export function crcToBase64(algorithm: CrcAlgorithm, value: bigint): string {
  if (algorithm !== 'crc64nvme') return crc32ToBase64(Number(value));
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return bytes.toString('base64');
}

/** Null when the text is not base64 of a CRC of this algorithm. */
export function crcFromBase64(algorithm: CrcAlgorithm, text: string): bigint | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== crcBytes[algorithm] || bytes.toString('base64') !== text) return null;
  return algorithm === 'crc64nvme' ? bytes.readBigUInt64BE() : BigInt(bytes.readUInt32BE());
}
