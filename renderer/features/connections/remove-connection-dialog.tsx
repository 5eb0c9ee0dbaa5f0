import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { AppError } from '../../../shared/errors.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { dropConnection, useBrowserStore } from '../../stores/browser-store.ts';
import { openJobsOf } from '../../stores/transfer-list.ts';
import { useTransfersStore } from '../../stores/transfers-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import styles from './connection-lists.module.css';

/** Named before the rest is counted. */
const namedJobs = 4;

type Props = { readonly connection: ConnectionView; readonly onClose: () => void };

/** Before a connection goes: what becomes of its keys, and which transfers it takes along. */
export function RemoveConnectionDialog({ connection, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const jobsById = useTransfersStore((state) => state.jobs);
  const jobs = openJobsOf(connection.id, jobsById);
  const remove = async () => {
    setBusy(true);
    const answer = await engine.call('connections.remove', { connectionId: connection.id });
    setBusy(false);
    if (!answer.ok) return setError(answer.error);
    useBrowserStore.setState((state) => dropConnection(state, connection.id));
    onClose();
  };
  return (
    <Dialog
      title={t('removal.title', { name: connection.name })}
      description={t('removal.text')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="danger" disabled={busy} onClick={() => void remove()}>
            {t('removal.do')}
          </Button>
        </>
      }
    >
      {jobs.length === 0 ? null : (
        <div className={styles.uses}>
          <p>{t('removal.jobs', { count: jobs.length })}</p>
          <ul>
            {jobs.slice(0, namedJobs).map((job) => (
              <li key={job.id}>{t('transfers.route', { from: visibleText(job.from), to: visibleText(job.to) })}</li>
            ))}
            {jobs.length > namedJobs ? <li>{t('removal.more', { count: jobs.length - namedJobs })}</li> : null}
          </ul>
        </div>
      )}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
