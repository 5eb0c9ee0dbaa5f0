import { useTranslation } from 'react-i18next';
import type { FileView, JobView } from '../../../shared/domain/transfer.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { Button } from '../../ui/button/button.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import { StateMark } from './job-state.tsx';
import styles from './transfers.module.css';
import { useJobFiles } from './use-job-files.ts';

export function JobFiles({ job }: { readonly job: JobView }) {
  const { t } = useTranslation();
  const { files, total, more } = useJobFiles(job.id, job.filesTotal);
  return (
    <>
      <ul className={styles.files} aria-label={t('transfers.filesLabel', { name: job.from })}>
        {files.map((file) => (
          <FileRow key={file.id} file={file} />
        ))}
      </ul>
      {files.length < total ? (
        <div className={styles.more}>
          <span className={styles.soft}>{t('transfers.filesShown', { shown: files.length, total })}</span>
          <Button small onClick={more}>
            {t('transfers.moreFiles')}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function FileRow({ file }: { readonly file: FileView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const fraction = file.sizeBytes > 0 ? file.bytesDone / file.sizeBytes : 1;
  const saved = file.savedAs === undefined ? null : t('transfers.savedAs', { name: file.savedAs });
  return (
    <li className={styles.file} data-state={file.state}>
      <span className={styles.fileName} title={visibleText(file.name)}>
        {visibleText(file.name)} {saved === null ? null : <span className={styles.soft}>{saved}</span>}
      </span>
      <span className={`${styles.end} ${styles.soft}`}>
        {file.state === 'active'
          ? t('transfers.filePart', { percent: format.percent(fraction), size: format.bytes(file.sizeBytes) })
          : format.bytes(file.sizeBytes)}
      </span>
      {file.verification === undefined ? (
        <StateMark state={file.state} />
      ) : (
        <span className={`${styles.mark} ${styles.good}`} data-state={file.state}>
          {t(`transfers.verified.${file.verification}`)}
        </span>
      )}
      {file.error ? (
        <div className={styles.fileError}>
          <AppErrorView error={file.error} />
        </div>
      ) : null}
    </li>
  );
}
