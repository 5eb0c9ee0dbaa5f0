import type { TFunction } from 'i18next';
import { Archive, File, Folder } from 'lucide-react';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import type { GridColumn } from '../../ui/grid/grid-types.ts';
import type { useFormat } from '../../words/use-format.ts';
import styles from './browser.module.css';

const none = '–';

function RowIcon({ row }: { readonly row: ListingRow }) {
  if (row.type === 'bucket') return <Archive size={16} aria-hidden className={styles.iconAccent} />;
  if (row.type === 'folder') return <Folder size={16} aria-hidden className={styles.iconAccent} />;
  return <File size={16} aria-hidden className={styles.iconSoft} />;
}

/** `PDF` for `report.pdf`; a name without an ending, or with a long one, is just a file. */
function typeOf(row: ListingRow, t: TFunction): string {
  if (row.type === 'bucket') return t('browser.type.bucket');
  if (row.type === 'folder') return t('browser.type.folder');
  const ending = /[^.]\.([A-Za-z0-9]{1,8})$/.exec(row.name)?.[1];
  return ending === undefined ? t('browser.type.file') : ending.toUpperCase();
}

export function listColumns(t: TFunction, format: ReturnType<typeof useFormat>): GridColumn<ListingRow>[] {
  return [
    {
      id: 'name',
      header: t('browser.column.name'),
      widthPx: 300,
      minPx: 180,
      grows: true,
      render: (row) => (
        <span className={styles.name} title={visibleText(row.name)}>
          <RowIcon row={row} />
          <span className={styles.nameText}>{row.name === '' ? t('common.noName') : visibleText(row.name)}</span>
        </span>
      ),
    },
    {
      id: 'size',
      header: t('browser.column.size'),
      widthPx: 88,
      minPx: 72,
      align: 'end',
      soft: true,
      render: (row) => (row.type === 'object' ? format.bytes(row.sizeBytes) : none),
    },
    {
      id: 'modified',
      header: t('browser.column.modified'),
      widthPx: 156,
      minPx: 96,
      soft: true,
      render: (row) => {
        const ms = row.type === 'object' ? row.modifiedMs : row.type === 'bucket' ? row.createdMs : null;
        return ms === null ? none : <time title={format.exactDate(ms)}>{format.date(ms)}</time>;
      },
    },
    {
      id: 'class',
      header: t('browser.column.class'),
      widthPx: 104,
      minPx: 64,
      soft: true,
      render: (row) => (row.type === 'object' ? (row.storageClass ?? none) : none),
    },
    {
      id: 'type',
      header: t('browser.column.type'),
      widthPx: 72,
      minPx: 56,
      soft: true,
      render: (row) => typeOf(row, t),
    },
  ];
}
