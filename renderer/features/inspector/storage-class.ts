import type { TFunction } from 'i18next';

const known = {
  STANDARD: 'inspector.classMeans.standard',
  STANDARD_IA: 'inspector.classMeans.standardIa',
  ONEZONE_IA: 'inspector.classMeans.oneZoneIa',
  INTELLIGENT_TIERING: 'inspector.classMeans.intelligent',
  GLACIER_IR: 'inspector.classMeans.glacierIr',
  GLACIER: 'inspector.classMeans.glacier',
  DEEP_ARCHIVE: 'inspector.classMeans.deepArchive',
  REDUCED_REDUNDANCY: 'inspector.classMeans.reduced',
  EXPRESS_ONEZONE: 'inspector.classMeans.express',
} as const;

/** A storage class and what it means; one that is not Amazon's is as the server spells it. */
export function classMeaning(storageClass: string, t: TFunction): string {
  return Object.hasOwn(known, storageClass) ? t(known[storageClass as keyof typeof known]) : storageClass;
}

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
