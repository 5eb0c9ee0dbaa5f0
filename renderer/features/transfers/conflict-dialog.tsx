import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConflictAnswer, ConflictQuestion, JobView } from '../../../shared/domain/transfer.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { type AppInfo, useAppInfo } from '../../stores/app-info.ts';
import { Button } from '../../ui/button/button.tsx';
import { ActionsStart, Dialog } from '../../ui/dialog/dialog.tsx';
import { CheckboxField } from '../../ui/field/checkbox-field.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './conflict.module.css';

type Props = { readonly job: JobView; readonly question: ConflictQuestion; readonly onClose: () => void };

/** Something of that name is there already: shows both, and asks. Closing it leaves the question in the list. */
export function ConflictDialog({ job, question, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const info = useAppInfo((state) => state.info);
  const where = info ? withoutSpool(question.source.where, info) : question.source.where;
  const [applyToAll, setApplyToAll] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);

  const answer = async (choice: ConflictAnswer) => {
    setBusy(true);
    const { fileId } = question;
    const done = await engine.call('transfers.answer', { jobId: job.id, fileId, answer: choice, applyToAll });
    setBusy(false);
    if (done.ok) onClose();
    else setError(done.error);
  };
  return (
    <Dialog
      title={t('conflict.title', { name: question.name })}
      description={t('conflict.text')}
      wide
      firm
      onClose={onClose}
      actions={
        <>
          <ActionsStart>
            <CheckboxField label={t('conflict.applyToAll')} checked={applyToAll} onCheckedChange={setApplyToAll} />
          </ActionsStart>
          <Button disabled={busy} onClick={() => void answer('overwrite')}>
            {t('conflict.overwrite')}
          </Button>
          <Button disabled={busy} onClick={() => void answer('skip')}>
            {t('conflict.skip')}
          </Button>
          <Button look="primary" disabled={busy} onClick={() => void answer('keep-both')}>
            {t('conflict.keepBoth')}
          </Button>
        </>
      }
    >
      <div className={styles.sides}>
        <Side title={t('conflict.source')} side={{ ...question.source, where }} other={question.target} />
        <Side title={t('conflict.target')} side={question.target} other={question.source} />
      </div>
      {question.openQuestions > 1 ? <p>{t('conflict.applyToAllHint', { count: question.openQuestions })}</p> : null}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}

/** A file that came through the browser has no place that means anything to a person: only its path below what was dropped. */
function withoutSpool(where: string, { dataFolder, pathSeparator }: AppInfo): string {
  const spool = [dataFolder, 'spool', ''].join(pathSeparator);
  if (!where.startsWith(spool)) return where;
  return where.slice(where.indexOf(pathSeparator, spool.length) + 1);
}

type SideProps = {
  readonly title: string;
  readonly side: ConflictQuestion['source'];
  readonly other: ConflictQuestion['source'];
};

function Side({ title, side, other }: SideProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const isNewer = side.modifiedMs !== null && other.modifiedMs !== null && side.modifiedMs > other.modifiedMs;
  return (
    <section className={styles.side}>
      <h3>{title}</h3>
      <p>
        {format.bytes(side.sizeBytes)}
        {side.sizeBytes > other.sizeBytes ? <span className={styles.note}>{t('conflict.larger')}</span> : null}
      </p>
      <p>
        {side.modifiedMs === null ? (
          t('conflict.unknownDate')
        ) : (
          <time title={format.exactDate(side.modifiedMs)}>{format.date(side.modifiedMs)}</time>
        )}
        {isNewer ? <span className={styles.note}>{t('conflict.newer')}</span> : null}
      </p>
      <p className={styles.where}>{side.where}</p>
    </section>
  );
}
