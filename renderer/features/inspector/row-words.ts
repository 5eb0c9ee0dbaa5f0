import type { TFunction } from 'i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';

/** `PDF file` for `report.pdf`; a name without an ending, or with a long one, is just a file. */
export function typeOf(row: ListingRow, t: TFunction): string {
  switch (row.type) {
    case 'bucket':
      return t('inspector.typeOf.bucket');
    case 'folder':
    case 'hostFolder':
      return t('inspector.typeOf.folder');
    case 'object':
    case 'hostFile': {
      const ending = /[^.]\.([A-Za-z0-9]{1,8})$/.exec(row.name)?.[1];
      if (ending === undefined) return t('inspector.typeOf.file');
      return t('inspector.typeOf.ending', { ending: ending.toUpperCase() });
    }
  }
}

export function shownName(row: ListingRow, t: TFunction): string {
  return row.name === '' ? t('common.noName') : visibleText(row.name);
}
