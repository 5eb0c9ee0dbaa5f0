import { ArrowDownToLine, ArrowUpFromLine, ChevronRight, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobState, JobView } from '../../../shared/domain/transfer.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { isEnded, waitsForSignIn } from '../../stores/transfer-summary.ts';
import { classNames } from '../../ui/class-names.ts';
import { Progress } from '../../ui/feedback/progress.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { JobActions } from './job-actions.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobFailures } from './job-failures.tsx';
import type { JobDeeds } from './job-menu.tsx';
import { RetryCountdown } from './retry-countdown.tsx';
import styles from './transfers.module.css';

const kindIcons = { upload: ArrowUpFromLine, download: ArrowDownToLine, copy: Copy } as const;
/** Of what does not move; the others are in the colour of what is under way. */
const barTones: { readonly [S in JobState]?: 'warn' | 'neutral' } = {
  interrupted: 'warn',
  waiting: 'warn',
  paused: 'neutral',
};

type Props = {
  readonly id: string;
  readonly job: JobView;
  readonly rowIndex: number;
  readonly active: boolean;
  readonly unfolded: boolean;
  readonly deeds: JobDeeds;
  readonly onUnfold: () => void;
};

/** One job: what, how far, why not, and what can be done. */
export function JobRow({ id, job, rowIndex, active, unfolded, deeds, onUnfold }: Props) {
  const { t } = useTranslation();
  const Icon = kindIcons[job.kind];
  const title = t('transfers.route', { from: job.from, to: job.to });
  return (
    <div
      id={id}
      role="row"
      aria-level={1}
      aria-rowindex={rowIndex}
      aria-expanded={unfolded}
      aria-selected={active}
      className={classNames(styles.job, active && styles.activeRow)}
    >
      <div role="gridcell" className={styles.what}>
        <div className={styles.head}>
          <button
            type="button"
            tabIndex={-1}
            className={styles.unfold}
            aria-label={unfolded ? t('transfers.hideFiles') : t('transfers.files')}
            onClick={onUnfold}
          >
            <ChevronRight size={14} aria-hidden data-open={unfolded ? '' : undefined} />
          </button>
          <Icon size={16} aria-label={t(`transfers.kind.${job.kind}`)} role="img" />
          <span className={styles.route} title={title}>
            {title}
          </span>
        </div>
        <div className={styles.below}>
          {isEnded(job) ? null : (
            <Progress
              label={t('transfers.progress', { name: job.from })}
              fraction={job.planned ? (job.bytesTotal > 0 ? job.bytesDone / job.bytesTotal : 0) : null}
              tone={barTones[job.state] ?? 'accent'}
            />
          )}
          <JobFacts job={job} />
          {job.question ? (
            <p className={styles.asked}>{t('transfers.thereAlready', { name: visibleText(job.question.name) })}</p>
          ) : null}
          {job.retryAtMs === undefined ? null : <RetryCountdown job={job} retryAtMs={job.retryAtMs} />}
          {job.error && job.retryAtMs === undefined ? (
            waitsForSignIn(job) ? (
              <p className={styles.asked}>{describeError(job.error).message}</p>
            ) : (
              <AppErrorView error={job.error} quiet />
            )
          ) : null}
          {job.filesFailed > 0 ? <JobFailures job={job} unfolded={unfolded} /> : null}
        </div>
      </div>
      <div role="gridcell" className={styles.deeds}>
        <JobActions job={job} deeds={deeds} />
      </div>
    </div>
  );
}
