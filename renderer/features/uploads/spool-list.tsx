import type { TFunction } from 'i18next';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type SpoolTask, useSpoolStore } from '../../stores/spool-store.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import { stopTask } from './running-spools.ts';
import styles from './uploads.module.css';

/** Files on their way from the browser to the engine; each becomes a job of the transfers below. */
export function SpoolList() {
  const tasks = useSpoolStore((state) => state.tasks);
  return tasks.length === 0 ? null : (
    <ul className={styles.spools}>
      {tasks.map((task) => (
        <SpoolItem key={task.id} task={task} />
      ))}
    </ul>
  );
}

/** One folder by its files, several files and folders by the first of them. */
function labelOf({ name, more, filesTotal }: SpoolTask, t: TFunction): string {
  if (more > 0) return t('upload.items', { name, count: more });
  return filesTotal > 1 ? t('upload.folder', { name, count: filesTotal }) : name;
}

function SpoolItem({ task }: { readonly task: SpoolTask }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = labelOf(task, t);
  return (
    <li className={styles.spool}>
      <div className={styles.line}>
        <span className={styles.what}>{t('transfers.route', { from: label || '…', to: task.to })}</span>
        <span>
          {task.state === 'reading'
            ? t('upload.reading')
            : task.state === 'sending'
              ? t('upload.sending')
              : t('upload.failed')}
        </span>
        {task.state === 'sending' ? (
          <span className={styles.soft}>
            {t('upload.sendingCount', {
              done: task.filesDone,
              total: task.filesTotal,
              bytes: format.bytes(task.bytesDone),
              bytesTotal: format.bytes(task.bytesTotal),
            })}
          </span>
        ) : null}
        <IconButton
          small
          label={task.state === 'failed' ? t('common.dismiss') : t('upload.stop')}
          icon={<X size={14} aria-hidden />}
          onClick={() => stopTask(task.id)}
        />
      </div>
      {task.error ? (
        <AppErrorView error={task.error} />
      ) : (
        <Progress
          label={t('transfers.progress', { name: label })}
          fraction={task.bytesTotal > 0 ? task.bytesDone / task.bytesTotal : null}
        />
      )}
    </li>
  );
}
