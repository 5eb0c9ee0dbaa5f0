import type { TFunction } from 'i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { endingOf } from '../../listing/name-ending.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';

/** `PDF file` for `report.pdf`. */
export function typeOf(row: ListingRow, t: TFunction): string {
  switch (row.type) {
    case 'bucket':
      return t('inspector.typeOf.bucket');
    case 'folder':
    case 'hostFolder':
      return t('inspector.typeOf.folder');
    case 'object':
    case 'hostFile': {
      const ending = endingOf(row.name);
      return ending === null ? t('inspector.typeOf.file') : t('inspector.typeOf.ending', { ending });
    }
  }
}

export function shownName(row: ListingRow, t: TFunction): string {
  return row.name === '' ? t('common.noName') : visibleText(row.name);
}
