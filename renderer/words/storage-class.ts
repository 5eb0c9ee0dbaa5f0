import type { TFunction } from 'i18next';

const known = {
  STANDARD: 'standard',
  STANDARD_IA: 'standardIa',
  ONEZONE_IA: 'oneZoneIa',
  INTELLIGENT_TIERING: 'intelligent',
  GLACIER_IR: 'glacierIr',
  GLACIER: 'glacier',
  DEEP_ARCHIVE: 'deepArchive',
  REDUCED_REDUNDANCY: 'reduced',
  EXPRESS_ONEZONE: 'express',
} as const;

/** Null for a class that is not Amazon's, which stays as the server spells it. */
const nameOf = (storageClass: string) =>
  Object.hasOwn(known, storageClass) ? known[storageClass as keyof typeof known] : null;

/** A storage class in a word that fits a column. */
export function shortClass(storageClass: string, t: TFunction): string {
  const name = nameOf(storageClass);
  return name === null ? storageClass : t(`browser.class.${name}`);
}

/** A storage class and what it means. */
export function classMeaning(storageClass: string, t: TFunction): string {
  const name = nameOf(storageClass);
  return name === null ? storageClass : t(`inspector.classMeans.${name}`);
}
