import { ArrowUpDown, ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { isEnded, sortedJobs, summarize } from '../../stores/transfer-summary.ts';
import { useTransfersStore } from '../../stores/transfers-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { FoldedLine } from './folded-line.tsx';
import { JobItem } from './job-item.tsx';
import { TransferAnnouncer } from './transfer-announcer.tsx';
import styles from './transfers.module.css';
import { useTransferCommands } from './use-transfer-commands.ts';

type Props = {
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  /** Opens the job's target in the list. */
  readonly onShow: (job: JobView) => void;
  readonly onAnswer: (job: JobView) => void;
  /** What stands above the jobs: files on their way to the engine. */
  readonly children: ReactNode;
};

/** Transfers at the bottom of the window: one line folded, the list of jobs unfolded. */
export function TransfersPanel({ open, onOpen, onShow, onAnswer, children }: Props) {
  const { t } = useTranslation();
  const jobsById = useTransfersStore((state) => state.jobs);
  const speed = useTransfersStore((state) => state.speed);
  const commands = useTransferCommands();
  const jobs = useMemo(() => sortedJobs(jobsById), [jobsById]);
  const summary = useMemo(() => summarize(jobs), [jobs]);
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <section className={styles.panel} aria-label={t('transfers.label')}>
      <div className={styles.folded}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          title={open ? t('transfers.hide') : t('transfers.show')}
          onClick={() => onOpen(!open)}
        >
          <Arrow size={16} aria-hidden />
          {t('transfers.title')}
        </button>
        <FoldedLine summary={summary} speed={speed} commands={commands} />
        {open && jobs.some(isEnded) ? (
          <Button small onClick={() => commands.clear()}>
            {t('transfers.clearAll')}
          </Button>
        ) : null}
      </div>
      {commands.error ? <AppErrorView error={commands.error} /> : null}
      {children}
      {open ? (
        <div className={styles.list}>
          {jobs.length === 0 ? (
            <EmptyState
              icon={<ArrowUpDown size={28} aria-hidden />}
              title={t('transfers.none')}
              text={t('transfers.noneText')}
            />
          ) : (
            <ul>
              {jobs.map((job) => (
                <JobItem key={job.id} job={job} commands={commands} onShow={onShow} onAnswer={onAnswer} />
              ))}
            </ul>
          )}
        </div>
      ) : null}
      <TransferAnnouncer summary={summary} />
    </section>
  );
}
