import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionId } from '../../../shared/domain/ids.ts';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { rowId } from './row-id.ts';

type Props = {
  readonly connectionId: ConnectionId;
  readonly rows: readonly ListingRow[];
  readonly onClose: () => void;
  readonly onDeleted: (ids: ReadonlySet<string>) => void;
};

/** Deletes empty buckets one after the other; the first that cannot be deleted ends it, with its reason. */
export function DeleteBucketsDialog({ connectionId, rows, onClose, onDeleted }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);

  const remove = async () => {
    setBusy(true);
    for (const row of rows) {
      const answer = await engine.call('buckets.remove', { connectionId, bucket: row.name });
      if (!answer.ok) {
        setError(answer.error);
        setBusy(false);
        return;
      }
      onDeleted(new Set([rowId(row)]));
    }
    onClose();
  };
  return (
    <Dialog
      title={t('browser.deleteBucketTitle', { count: rows.length, name: rows[0]?.name ?? '' })}
      description={t('browser.deleteBucketText')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="danger" disabled={busy} onClick={() => void remove()}>
            {busy ? t('browser.deleting') : t('common.delete')}
          </Button>
        </>
      }
    >
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
