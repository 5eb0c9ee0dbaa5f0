import type { TFunction } from 'i18next';
import { File, Folder } from 'lucide-react';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import type { GridColumn } from '../../ui/grid/grid-types.ts';
import { Time } from '../../words/time.tsx';
import type { useFormat } from '../../words/use-format.ts';
import styles from './local-pane.module.css';

const none = '–';

/** `PDF` for `report.pdf`; a name without an ending, or with a long one, is just a file. */
function typeOf(row: ListingRow, t: TFunction): string {
  if (row.type === 'hostFolder') return t('localPane.type.folder');
  const ending = /[^.]\.([A-Za-z0-9]{1,8})$/.exec(row.name)?.[1];
  return ending === undefined ? t('localPane.type.file') : ending.toUpperCase();
}

export function hostColumns(t: TFunction, format: ReturnType<typeof useFormat>): GridColumn<ListingRow>[] {
  return [
    {
      id: 'name',
      header: t('localPane.column.name'),
      widthPx: 200,
      minPx: 120,
      grows: true,
      render: (row) => (
        <span className={styles.name} title={visibleText(row.name)}>
          {row.type === 'hostFolder' ? (
            <Folder size={16} aria-hidden className={styles.iconAccent} />
          ) : (
            <File size={16} aria-hidden className={styles.iconSoft} />
          )}
          <span className={styles.nameText} dir="auto">
            {visibleText(row.name)}
          </span>
        </span>
      ),
    },
    {
      id: 'size',
      header: t('localPane.column.size'),
      widthPx: 84,
      minPx: 68,
      align: 'end',
      soft: true,
      render: (row) => (row.type === 'hostFile' ? format.bytes(row.sizeBytes) : none),
    },
    {
      id: 'modified',
      header: t('localPane.column.modified'),
      widthPx: 128,
      minPx: 84,
      soft: true,
      render: (row) => (row.type === 'hostFile' && row.modifiedMs !== null ? <Time ms={row.modifiedMs} /> : none),
    },
    {
      id: 'type',
      header: t('localPane.column.type'),
      widthPx: 72,
      minPx: 56,
      soft: true,
      render: (row) => typeOf(row, t),
    },
  ];
}
