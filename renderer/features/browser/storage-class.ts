import type { TFunction } from 'i18next';

const known = {
  STANDARD: 'browser.class.standard',
  STANDARD_IA: 'browser.class.standardIa',
  ONEZONE_IA: 'browser.class.oneZoneIa',
  INTELLIGENT_TIERING: 'browser.class.intelligent',
  GLACIER: 'browser.class.glacier',
  GLACIER_IR: 'browser.class.glacierIr',
  DEEP_ARCHIVE: 'browser.class.deepArchive',
  REDUCED_REDUNDANCY: 'browser.class.reduced',
  EXPRESS_ONEZONE: 'browser.class.express',
} as const;

/** A storage class in a word that fits its column; one that is not Amazon's stays as the server spells it. */
export function shortClass(storageClass: string, t: TFunction): string {
  return storageClass in known ? t(known[storageClass as keyof typeof known]) : storageClass;
}
