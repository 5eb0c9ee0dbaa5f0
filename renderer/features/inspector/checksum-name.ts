const checksumNames: Readonly<Record<string, string>> = {
  crc32: 'CRC-32',
  crc32c: 'CRC-32C',
  crc64nvme: 'CRC-64/NVME',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
};

/** An algorithm as it is written; one that is new stays as the server calls it. */
export function checksumName(algorithm: string): string {
  return checksumNames[algorithm] ?? algorithm;
}
