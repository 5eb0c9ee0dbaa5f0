import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { AppError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { rowId } from '../../listing/row-id.ts';
import styles from './list.module.css';

/** What went wrong with a row that is still there, by its id, until it is tried again or the list is left. */
const useRowNotes = create<{ readonly notes: Readonly<Record<string, AppError>> }>()(() => ({ notes: {} }));

export function noteRow(row: ListingRow, error: AppError | null): void {
  useRowNotes.setState(({ notes }) => {
    const { [rowId(row)]: _, ...others } = notes;
    return { notes: error === null ? others : { ...others, [rowId(row)]: error } };
  });
}

/** When the list is left: other places may have rows of the same keys. */
export function forgetNotes(): void {
  useRowNotes.setState({ notes: {} });
}

/** Says at the row why it is not what was asked for. */
export function RowNote({ row }: { readonly row: ListingRow }) {
  const error = useRowNotes((state) => state.notes[rowId(row)]);
  return error ? <Note error={error} /> : null;
}

function Note({ error }: { readonly error: AppError }) {
  const { t } = useTranslation();
  const { message, fix } = describeError(error);
  return (
    <span className={styles.note} role="alert" title={t('common.errorInLine', { message, fix })}>
      <TriangleAlert size={14} aria-hidden />
      <span className={styles.noteText}>{t('browser.renameFailed', { reason: message })}</span>
    </span>
  );
}
