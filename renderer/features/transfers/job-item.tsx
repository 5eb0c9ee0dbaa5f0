import { ArrowDownToLine, ArrowUpFromLine, ChevronDown, ChevronRight, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import { isEnded } from '../../stores/transfer-summary.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import { JobActions } from './job-actions.tsx';
import { JobFiles } from './job-files.tsx';
import { StateMark } from './job-state.tsx';
import styles from './transfers.module.css';
import type { TransferCommands } from './use-transfer-commands.ts';

const kindIcons = { upload: ArrowUpFromLine, download: ArrowDownToLine, copy: Copy } as const;

type Props = {
  readonly job: JobView;
  readonly commands: TransferCommands;
  readonly onShow: (job: JobView) => void;
  readonly onAnswer: (job: JobView) => void;
};

/** One job: what, how far, why not, and what can be done; its files unfold below. */
export function JobItem({ job, commands, onShow, onAnswer }: Props) {
  const { t } = useTranslation();
  const [unfolded, setUnfolded] = useState(false);
  const host = useAppInfo((state) => state.info?.host);
  const Icon = kindIcons[job.kind];
  const Arrow = unfolded ? ChevronDown : ChevronRight;
  const { targetFolder } = job;
  const reveal = host === 'electron' && targetFolder !== undefined ? () => commands.reveal(targetFolder) : null;
  return (
    <li className={styles.job} data-testid="job" data-state={job.state} data-job={job.id}>
      <div className={styles.head}>
        <IconButton
          small
          label={unfolded ? t('transfers.hideFiles') : t('transfers.files')}
          aria-expanded={unfolded}
          icon={<Arrow size={14} aria-hidden />}
          onClick={() => setUnfolded(!unfolded)}
        />
        <Icon size={16} aria-label={t(`transfers.kind.${job.kind}`)} role="img" />
        <span className={styles.route} title={t('transfers.route', { from: job.from, to: job.to })}>
          {t('transfers.route', { from: job.from, to: job.to })}
        </span>
        <StateMark state={job.state} />
        <JobActions
          job={job}
          commands={commands}
          onAnswer={onAnswer}
          onShow={job.kind === 'download' ? reveal : () => onShow(job)}
        />
      </div>
      {isEnded(job) ? null : (
        <Progress
          label={t('transfers.progress', { name: job.from })}
          fraction={job.planned && job.bytesTotal > 0 ? job.bytesDone / job.bytesTotal : job.planned ? 0 : null}
          tone={job.state === 'interrupted' || job.state === 'waiting' ? 'warn' : 'accent'}
        />
      )}
      <JobFacts job={job} />
      {job.error ? <AppErrorView error={job.error} /> : null}
      {unfolded ? <JobFiles job={job} /> : null}
    </li>
  );
}

function JobFacts({ job }: { readonly job: JobView }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={styles.facts}>
      <span>{t('transfers.counts', { done: job.filesDone, total: job.filesTotal })}</span>
      <span>
        {isEnded(job)
          ? format.bytes(job.bytesDone)
          : t('transfers.bytes', { bytes: format.bytes(job.bytesDone), bytesTotal: format.bytes(job.bytesTotal) })}
      </span>
      {job.state === 'active' ? <span>{format.speed(job.bytesPerSecond)}</span> : null}
      {job.state === 'active' && job.secondsLeft !== null ? (
        <span>{t('transfers.left', { time: format.duration(job.secondsLeft) })}</span>
      ) : null}
      {job.filesSkipped > 0 ? <span>{t('transfers.countsSkipped', { count: job.filesSkipped })}</span> : null}
      {job.filesFailed > 0 ? (
        <span className={styles.bad}>{t('transfers.countsFailed', { count: job.filesFailed })}</span>
      ) : null}
      {job.state === 'interrupted' ? <span>{t('transfers.interruptedText')}</span> : null}
      <span className={styles.optional}>{job.connectionName}</span>
      {job.endedMs === null ? null : <time title={format.exactDate(job.endedMs)}>{format.date(job.endedMs)}</time>}
    </div>
  );
}
