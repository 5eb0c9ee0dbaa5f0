import { Archive, File, Folder } from 'lucide-react';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import styles from './inspector.module.css';

export function RowIcon({ row }: { readonly row: ListingRow }) {
  if (row.type === 'bucket') return <Archive size={16} aria-hidden className={styles.iconAccent} />;
  const isFolder = row.type === 'folder' || row.type === 'hostFolder';
  if (isFolder) return <Folder size={16} aria-hidden className={styles.iconAccent} />;
  return <File size={16} aria-hidden className={styles.iconSoft} />;
}
