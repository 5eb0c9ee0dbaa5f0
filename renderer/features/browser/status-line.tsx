import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingStatus, ListingView } from '../../../shared/domain/listing.ts';
import { useFormat } from '../../words/use-format.ts';
import styles from './list.module.css';

type Props = {
  readonly status: ListingStatus | null;
  readonly failed: boolean;
  /** Nothing can be listed before that is done. */
  readonly signingIn: boolean;
  readonly view: ListingView;
  readonly chosen: number;
  /** What has just been done. */
  readonly notice: string | null;
  /** What is being looked for by typing, and whether there is none; null when nothing is. */
  readonly search: { readonly text: string; readonly found: boolean } | null;
};

/** A screen reader is told once it has been quiet for this long: not of every page of a listing. */
const quietMs = 900;

export function StatusLine({ status, failed, signingIn, view, chosen, notice, search }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { filter, sortBy, descending } = view;
  const isListing = status?.state === 'listing';
  const parts: string[] = [];
  if (status === null && !failed) parts.push(t(signingIn ? 'browser.signingIn' : 'browser.listing'));
  if (status !== null && (!failed || status.total > 0)) {
    if (filter !== '') parts.push(t('browser.rowsFiltered', { shown: status.count, count: status.total }));
    if (isListing) {
      parts.push(status.total === 0 ? t('browser.listing') : t('browser.rowsSoFar', { count: status.total }));
    } else if (filter === '') parts.push(t('browser.rows', { count: status.total }));
    // Names come in their order, or nearly so; everything else is in order only among what is there.
    if (isListing && (sortBy !== 'name' || descending)) {
      parts.push(t('browser.sortedSoFar', { column: t(`browser.column.${sortBy}`) }));
    }
  }
  if (chosen > 0) {
    const summary = status?.selection;
    const known = summary?.items === chosen && summary.bytes > 0;
    const size = known ? format.bytes(summary.bytes) : '';
    // What lies in folders is not counted before it is asked for.
    const words = summary?.folders === 0 ? 'browser.selectedSize' : 'browser.selectedSizeWithoutFolders';
    parts.push(known ? t(words, { count: chosen, size }) : t('browser.selected', { count: chosen }));
  }
  const searching =
    search === null ? null : t(search.found ? 'browser.typing' : 'browser.typingNone', { text: search.text });
  const news = notice ?? searching;
  const spoken =
    notice ?? (search && !search.found ? searching : isListing || failed ? '' : format.list(parts, 'unit'));
  return (
    <footer className={styles.status}>
      {parts.map((part) => (
        <span key={part} className={styles.part}>
          {part}
        </span>
      ))}
      {news === null ? null : <span className={styles.news}>{news}</span>}
      <Quietly text={spoken ?? ''} />
    </footer>
  );
}

/** A live region that speaks of the last state only. */
function Quietly({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), quietMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span className="visually-hidden" role="status">
      {said}
    </span>
  );
}
