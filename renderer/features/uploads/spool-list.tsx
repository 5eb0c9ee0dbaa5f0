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

function SpoolItem({ task }: { readonly task: SpoolTask }) {
  const { t } = useTranslation();
  const format = useFormat();
  const title = t('upload.items', { name: task.name, count: Math.max(1, task.filesTotal - 1) });
  const label = task.filesTotal > 1 ? title : task.name;
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
