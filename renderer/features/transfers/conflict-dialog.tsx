import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConflictAnswer, ConflictQuestion, JobView } from '../../../shared/domain/transfer.ts';
import { type AppInfo, useAppInfo } from '../../stores/app-info.ts';
import { Button, type ButtonLook } from '../../ui/button/button.tsx';
import { ActionsStart, Dialog } from '../../ui/dialog/dialog.tsx';
import { CheckboxField } from '../../ui/field/checkbox-field.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import styles from './conflict.module.css';
import { ConflictSide } from './conflict-side.tsx';
import { useConflictAnswer } from './use-conflict-answer.ts';

type Props = { readonly job: JobView; readonly question: ConflictQuestion; readonly onClose: () => void };

/** Something of that name is there already: shows both, and asks. Closing it leaves the question in the list. */
export function ConflictDialog({ job, question, onClose }: Props) {
  const { t } = useTranslation();
  const info = useAppInfo((state) => state.info);
  const safeRef = useRef<HTMLButtonElement>(null);
  const { answer, busy, error, applyToAll, setApplyToAll } = useConflictAnswer(job.id, question.fileId);
  const source = { ...question.source, where: withoutSpool(question.source.where, info) };
  const further = question.openQuestions - 1;
  const choice = (which: ConflictAnswer, text: string, look: ButtonLook = 'normal') => (
    <Button
      look={look}
      busy={busy === which}
      disabled={busy !== null && busy !== which}
      ref={which === 'keep-both' ? safeRef : undefined}
      onClick={() => void answer(which)}
    >
      {text}
    </Button>
  );
  return (
    <Dialog
      title={t('conflict.title', { name: question.name })}
      description={t('conflict.text')}
      wide
      firm
      initialFocus={safeRef}
      onClose={onClose}
      actions={
        <>
          {/* Among the actions, where it is seen however little of the two sides is. */}
          <div className={styles.all}>
            <CheckboxField
              label={further > 0 ? t('conflict.applyToAllOpen', { count: further }) : t('conflict.applyToAll')}
              checked={applyToAll}
              onCheckedChange={setApplyToAll}
            />
          </div>
          <ActionsStart>
            <Button onClick={onClose}>{t('conflict.later')}</Button>
          </ActionsStart>
          {choice('overwrite', t('conflict.overwrite'))}
          {choice('skip', t('conflict.skip'))}
          {choice('keep-both', t('conflict.keepBoth'), 'primary')}
        </>
      }
    >
      <div className={styles.sides}>
        <ConflictSide
          title={t('conflict.source')}
          name={question.name}
          side={source}
          other={question.target}
          preview={{ jobId: job.id, fileId: question.fileId, side: 'source' }}
        />
        <ConflictSide
          title={t('conflict.target')}
          name={question.name}
          side={question.target}
          other={question.source}
          preview={{ jobId: job.id, fileId: question.fileId, side: 'target' }}
        />
      </div>
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}

/** A file that came through the browser has no place that means anything to a person: only its path below what was dropped. */
function withoutSpool(where: string, info: AppInfo | null): string {
  if (!info) return where;
  const { dataFolder, pathSeparator } = info;
  const spool = [dataFolder, 'spool', ''].join(pathSeparator);
  if (!where.startsWith(spool)) return where;
  return where.slice(where.indexOf(pathSeparator, spool.length) + 1);
}
