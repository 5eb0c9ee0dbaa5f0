import { useTranslation } from 'react-i18next';
import type { ListingStatus } from '../../../shared/domain/listing.ts';
import styles from './browser.module.css';

type Props = {
  readonly status: ListingStatus | null;
  readonly failed: boolean;
  readonly filter: string;
  readonly chosen: number;
};

export function StatusLine({ status, failed, filter, chosen }: Props) {
  const { t } = useTranslation();
  const parts: string[] = [];
  if (status === null && !failed) parts.push(t('browser.listing'));
  if (status !== null && (!failed || status.total > 0)) {
    if (filter !== '') parts.push(t('browser.rowsFiltered', { shown: status.count, count: status.total }));
    if (status.state === 'listing') parts.push(t('browser.rowsSoFar', { count: status.total }));
    else if (filter === '') parts.push(t('browser.rows', { count: status.total }));
  }
  if (chosen > 0) parts.push(t('browser.selected', { count: chosen }));
  return (
    <footer className={styles.status}>
      {parts.map((part, index) => (
        <span key={part}>{index > 0 ? `· ${part}` : part}</span>
      ))}
    </footer>
  );
}
