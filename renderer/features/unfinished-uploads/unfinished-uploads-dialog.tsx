import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UnfinishedUpload } from '../../../shared/domain/unfinished-upload.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import type { UploadsRequest } from '../../stores/uploads-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { UploadRow } from './upload-row.tsx';
import styles from './unfinished-uploads.module.css';
import { uploadRowId, useUploads } from './use-uploads.ts';

/** Uploads that were begun and not completed: ours to be cleaned up, those of other programs to be seen. */
export function UnfinishedUploadsDialog({ request, onClose }: { request: UploadsRequest; onClose: () => void }) {
  const { t } = useTranslation();
  const connections = useConnectionsStore((state) => state.connections);
  const { listed, error, failed, cleaned, busy, load, clean } = useUploads(request);
  /** All of ours, but for these. */
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const uploads = listed?.uploads ?? [];
  const ours = uploads.filter(({ owner }) => owner !== 'other');
  const orphans = ours.filter(({ owner }) => owner === 'orphan');
  const others = uploads.filter(({ owner }) => owner === 'other');
  const chosen = orphans.filter((upload) => !left.has(uploadRowId(upload)));
  const bucket = request.place?.bucket;

  const choose = (upload: UnfinishedUpload, isChosen: boolean) => {
    const id = uploadRowId(upload);
    setLeft(isChosen ? new Set([...left].filter((one) => one !== id)) : new Set([...left, id]));
  };
  const rows = (some: readonly UnfinishedUpload[]) => (
    <ul className={styles.rows}>
      {some.map((upload) => (
        <UploadRow
          key={uploadRowId(upload)}
          upload={upload}
          withPlace={bucket === undefined}
          endpointUrl={connections.find(({ id }) => id === upload.connectionId)?.endpointUrl ?? null}
          chosen={!left.has(uploadRowId(upload))}
          disabled={busy}
          onChoose={(isChosen) => choose(upload, isChosen)}
        />
      ))}
    </ul>
  );
  return (
    <Dialog
      title={bucket === undefined ? t('unfinished.title') : t('unfinished.titleOf', { bucket })}
      description={t('unfinished.text')}
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.close')}</Button>
          {orphans.length > 0 ? (
            <Button look="primary" busy={busy} disabled={chosen.length === 0} onClick={() => void clean(chosen)}>
              {t('unfinished.clean', { count: chosen.length })}
            </Button>
          ) : null}
        </>
      }
    >
      {error ? (
        <AppErrorView
          error={error}
          actions={
            <Button small onClick={() => void load()}>
              {t('common.retry')}
            </Button>
          }
        />
      ) : listed === null ? (
        <Progress label={t('unfinished.looking')} fraction={null} />
      ) : null}
      <p role="status" className={cleaned === null ? 'visually-hidden' : styles.note}>
        {cleaned === null ? '' : t('unfinished.cleaned', { count: cleaned })}
      </p>
      {failed.length > 0 ? (
        <ul className={styles.failures} aria-label={t('unfinished.failed', { count: failed.length })}>
          {failed.map(({ uploadId, key, error: reason }) => (
            <li key={uploadId}>
              {t('browser.failedBecause', { name: visibleText(key), reason: describeError(reason).message })}
            </li>
          ))}
        </ul>
      ) : null}
      {listed !== null && uploads.length === 0 ? (
        <EmptyState icon={<CircleCheck size={28} aria-hidden />} title={t('unfinished.none')} />
      ) : null}
      {uploads.length > 0 ? (
        // Scrolls, so the keyboard must get to it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={styles.scrolled} role="group" aria-label={t('unfinished.title')} tabIndex={0}>
          {ours.length > 0 ? rows(ours) : null}
          {others.length > 0 ? (
            <section>
              <h3>{t('unfinished.others')}</h3>
              <p className={styles.note}>{t('unfinished.othersText')}</p>
              {rows(others)}
            </section>
          ) : null}
          {listed !== null && listed.total > uploads.length ? (
            <p className={styles.note}>{t('unfinished.more', { count: listed.total - uploads.length })}</p>
          ) : null}
        </div>
      ) : null}
      {listed?.incomplete ? <AppErrorView error={listed.incomplete} quiet /> : null}
    </Dialog>
  );
}
