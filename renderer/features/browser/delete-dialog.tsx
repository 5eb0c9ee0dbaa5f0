import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './browser.module.css';
import { rowId } from './row-id.ts';

type Props = {
  readonly place: BucketPlace;
  readonly rows: readonly ListingRow[];
  readonly onClose: () => void;
  readonly onDeleted: (ids: ReadonlySet<string>) => void;
};

/** Counts what is below the selection, says so, and deletes only after that was seen and confirmed. */
export function DeleteDialog({ place, rows, onClose, onDeleted }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const engine = useEngine();
  const toast = useToast();
  const [count, setCount] = useState<{ objects: number; bytes: number } | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [failedKeys, setFailedKeys] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const { connectionId, bucket } = place;
  const [asked] = useState(() => ({
    connectionId,
    bucket,
    keys: rows.flatMap((row) => (row.type === 'object' ? [row.key] : [])),
    prefixes: rows.flatMap((row) => (row.type === 'folder' ? [row.prefix] : [])),
  }));

  useEffect(() => {
    let left = false;
    void engine.call('objects.count', asked).then((answer) => {
      if (left) return;
      if (answer.ok) setCount(answer.value);
      else setError(answer.error);
    });
    return () => {
      left = true;
    };
  }, [engine, asked]);

  const remove = async () => {
    setBusy(true);
    const answer = await engine.call('objects.delete', asked);
    setBusy(false);
    if (!answer.ok) return setError(answer.error);
    const { deleted, failed } = answer.value;
    onDeleted(new Set(rows.map(rowId)));
    if (failed.length > 0) return setFailedKeys(failed.map((failure) => failure.key));
    toast(t('browser.deleted', { count: deleted.length }));
    onClose();
  };

  const name = rows[0]?.name ?? '';
  return (
    <Dialog
      title={t('browser.deleteTitle', { count: rows.length, name })}
      description={
        count === null
          ? t('browser.deleteCounting')
          : t('browser.deleteCount', { count: count.objects, size: format.bytes(count.bytes) })
      }
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="danger" disabled={count === null || busy} onClick={() => void remove()}>
            {busy ? t('browser.deleting') : t('common.delete')}
          </Button>
        </>
      }
    >
      {failedKeys.length > 0 ? (
        <>
          <p role="alert">{t('browser.deleteFailed', { count: failedKeys.length })}</p>
          <ul className={styles.scrollList}>
            {failedKeys.slice(0, 100).map((key) => (
              <li key={key}>{key}</li>
            ))}
          </ul>
        </>
      ) : null}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
