import { Archive, File, Folder } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../shared/domain/listing.ts';
import { visibleText } from '../../shared/words/visible-text.ts';
import styles from './row-name.module.css';

export function RowIcon({ row }: { readonly row: ListingRow }) {
  if (row.type === 'bucket') return <Archive size={16} aria-hidden className={styles.iconAccent} />;
  const isFolder = row.type === 'folder' || row.type === 'hostFolder';
  if (isFolder) return <Folder size={16} aria-hidden className={styles.iconAccent} />;
  return <File size={16} aria-hidden className={styles.iconSoft} />;
}

/** The first cell of a row in every list, with what is to be said of the row behind its name. */
export function RowName({ row, children }: { readonly row: ListingRow; readonly children?: ReactNode }) {
  return (
    <span className={styles.name} title={visibleText(row.name)}>
      <RowIcon row={row} />
      <span className={styles.text} dir="auto">
        {row.name === '' ? <NoName /> : visibleText(row.name)}
      </span>
      {children}
    </span>
  );
}

function NoName() {
  const { t } = useTranslation();
  return t('common.noName');
}
