import { useTranslation } from 'react-i18next';
import type { FileView } from '../../../shared/domain/transfer.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { classNames } from '../../ui/class-names.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Popover } from '../../ui/popover/popover.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import { StateMark } from './job-state.tsx';
import styles from './transfers.module.css';
import { VerifiedMark } from './verified-mark.tsx';

type Props = {
  readonly id: string;
  /** Undefined: on its way. */
  readonly file: FileView | undefined;
  readonly rowIndex: number;
  readonly topPx: number;
  readonly active: boolean;
};

/** One file of a job, in one line. */
export function FileRow({ id, file, rowIndex, topPx, active }: Props) {
  return (
    <div
      id={id}
      role="row"
      aria-level={2}
      aria-rowindex={rowIndex}
      aria-selected={active}
      className={classNames(styles.file, active && styles.activeRow)}
      data-file-state={file?.state}
      style={{ top: topPx }}
    >
      {file ? (
        <FileCells file={file} />
      ) : (
        <span role="gridcell">
          <Skeleton widthPercent={40} />
        </span>
      )}
    </div>
  );
}

function FileCells({ file }: { readonly file: FileView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const fraction = file.sizeBytes > 0 ? file.bytesDone / file.sizeBytes : 1;
  return (
    <>
      <span role="gridcell" className={styles.fileName} title={visibleText(file.name)}>
        <bdi>{visibleText(file.name)}</bdi>
        {file.savedAs === undefined ? null : (
          <span className={styles.soft}> {t('transfers.savedAs', { name: file.savedAs })}</span>
        )}
      </span>
      <span role="gridcell" className={styles.fileWhy}>
        {file.error ? <FileError file={file} error={file.error} /> : null}
        {file.state === 'skipped' && !file.error ? (
          <span className={styles.soft}>{t('transfers.skippedWhy')}</span>
        ) : null}
      </span>
      <span role="gridcell" className={styles.end}>
        {file.state === 'active'
          ? t('transfers.filePart', { percent: format.percent(fraction), size: format.bytes(file.sizeBytes) })
          : format.bytes(file.sizeBytes)}
      </span>
      <span role="gridcell">
        {file.verification === undefined ? (
          <StateMark state={file.state} />
        ) : (
          <VerifiedMark level={file.verification} />
        )}
      </span>
    </>
  );
}

function FileError({ file, error }: { readonly file: FileView; readonly error: NonNullable<FileView['error']> }) {
  const { t } = useTranslation();
  const { message } = describeError(error);
  return (
    <Popover
      title={t('transfers.whyLabel', { name: file.name })}
      trigger={
        <button type="button" tabIndex={-1} className={styles.why} title={message}>
          {message}
        </button>
      }
    >
      <AppErrorView error={error} />
    </Popover>
  );
}
