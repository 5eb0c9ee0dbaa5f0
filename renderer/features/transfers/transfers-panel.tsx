import { ArrowUpDown, ChevronRight, SearchX } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import { askToSignIn, signInOfJob } from '../../stores/sign-in-store.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { connectionToMend, countJobs, isFinished, type JobFilter, pickJobs } from '../../stores/transfer-list.ts';
import { sortedJobs, summarize } from '../../stores/transfer-summary.ts';
import { useTransfersStore } from '../../stores/transfers-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { AllButtons } from './all-buttons.tsx';
import { FilterBar } from './filter-bar.tsx';
import { FoldedLine } from './folded-line.tsx';
import { LimitsControl } from './limits/limits-control.tsx';
import { JobList } from './job-list.tsx';
import type { JobDeeds } from './job-menu.tsx';
import { TransferAnnouncer } from './transfer-announcer.tsx';
import styles from './transfers.module.css';
import { useTransferActions } from './use-transfer-actions.tsx';
import { useTransferCommands } from './use-transfer-commands.ts';

type Props = {
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  /** Opens the job's target in the list. */
  readonly onShow: (job: JobView) => void;
  /** Opens a folder of the engine's machine in the window, where that has no file manager to show it in. */
  readonly onShowFolder: (folder: string) => void;
  readonly onAnswer: (job: JobView) => void;
  readonly onEditConnection: (connection: ConnectionView) => void;
  /** Asks for another folder for a download. */
  readonly onElsewhere: (job: JobView) => void;
  /** Begins a rule with what a job did. */
  readonly ruleOf: (job: JobView) => (() => void) | null;
  /** What stands above the jobs: files on their way to the engine. */
  readonly children: ReactNode;
};

/** Transfers at the bottom of the window: one line folded, the list of jobs unfolded. Fills the height it is given. */
export function TransfersPanel(props: Props) {
  const { open, onOpen, onShow, onShowFolder, onAnswer, onEditConnection, onElsewhere, ruleOf, children } = props;
  const { t } = useTranslation();
  const jobsById = useTransfersStore((state) => state.jobs);
  const leaving = useTransfersStore((state) => state.leaving);
  const speed = useTransfersStore((state) => state.speed);
  const orphans = useTransfersStore((state) => state.orphans);
  const connections = useConnectionsStore((state) => state.connections);
  const host = useAppInfo((state) => state.info?.host);
  const commands = useTransferCommands();
  const [filter, setFilter] = useState<JobFilter>('all');
  const [search, setSearch] = useState('');
  const [limitsOpen, setLimitsOpen] = useState(false);
  const jobs = useMemo(() => sortedJobs(jobsById).filter((job) => !leaving.has(job.id)), [jobsById, leaving]);
  const summary = useMemo(() => summarize(jobs), [jobs]);
  const counts = useMemo(() => countJobs(jobs), [jobs]);
  const shown = useMemo(() => pickJobs(jobs, filter, search), [jobs, filter, search]);
  useTransferActions({ summary, jobs, open, commands, onOpen, onAnswer, onLimits: () => setLimitsOpen(true) });

  const signInOf = (job: JobView) => {
    const request = signInOfJob(job, connections);
    return request ? () => askToSignIn(request) : null;
  };
  const deeds: JobDeeds = {
    commands,
    onAnswer,
    editOf: (job) => {
      const needing = connectionToMend(job, connections);
      return needing ? () => onEditConnection(needing) : null;
    },
    signInOf,
    onElsewhere,
    ruleOf,
    showOf: (job) => {
      const { targetFolder } = job;
      if (job.kind !== 'download') return () => onShow(job);
      if (targetFolder === undefined) return null;
      return () => (host === 'electron' ? commands.reveal(targetFolder) : onShowFolder(targetFolder));
    },
  };
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
          <ChevronRight size={16} aria-hidden data-open={open ? '' : undefined} />
          {t('transfers.title')}
        </button>
        <FoldedLine
          summary={summary}
          speed={speed}
          jobs={jobs}
          orphans={orphans}
          onAnswer={onAnswer}
          onSignIn={(job) => signInOf(job)?.()}
          onFailed={() => {
            setFilter('failed');
            setSearch('');
            onOpen(true);
          }}
        />
        <LimitsControl open={limitsOpen} onOpen={setLimitsOpen} />
        <AllButtons summary={summary} commands={commands} clearable={open && jobs.some(isFinished)} />
      </div>
      {commands.error ? (
        <div className={styles.refusal}>
          <AppErrorView
            error={commands.error}
            actions={
              <Button small onClick={commands.dismiss}>
                {t('common.dismiss')}
              </Button>
            }
          />
        </div>
      ) : null}
      {children}
      {open ? (
        <div className={styles.unfolded}>
          {jobs.length === 0 ? (
            <EmptyState
              icon={<ArrowUpDown size={28} aria-hidden />}
              title={t('transfers.none')}
              text={t('transfers.noneText')}
            />
          ) : (
            <>
              <FilterBar filter={filter} counts={counts} search={search} onFilter={setFilter} onSearch={setSearch} />
              {shown.length === 0 ? (
                <EmptyState
                  icon={<SearchX size={28} aria-hidden />}
                  title={t('transfers.noHits')}
                  actions={
                    <Button
                      small
                      onClick={() => {
                        setFilter('all');
                        setSearch('');
                      }}
                    >
                      {t('transfers.showAll')}
                    </Button>
                  }
                />
              ) : (
                <JobList jobs={shown} deeds={deeds} />
              )}
            </>
          )}
        </div>
      ) : null}
      <TransferAnnouncer summary={summary} />
    </section>
  );
}
