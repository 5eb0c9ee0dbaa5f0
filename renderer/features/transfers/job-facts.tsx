import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { isAllSkipped, isEnded } from '../../stores/transfer-summary.ts';
import { Time } from '../../words/time.tsx';
import { useFormat } from '../../words/use-format.ts';
import { shownState, StateMark } from './job-state.tsx';
import styles from './transfers.module.css';
import { JobVerified } from './verified-mark.tsx';

/** How far a job is, in numbers. */
export function JobFacts({ job }: { readonly job: JobView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const ended = isEnded(job);
  const moves = job.state === 'active' || job.state === 'planning';
  const files = { done: job.filesDone, total: job.filesTotal, count: job.filesTotal };
  const bytes = { bytes: format.bytes(job.bytesDone), bytesTotal: format.bytes(job.bytesTotal) };
  if (isAllSkipped(job)) {
    return (
      <div className={styles.facts}>
        <StateMark state={shownState(job)} />
        <span>{t('transfers.nothingToDo', { count: job.filesTotal })}</span>
        <JobEnd job={job} />
      </div>
    );
  }
  return (
    <div className={styles.facts}>
      <StateMark state={shownState(job)} />
      {job.filesTotal === 0 && ended ? null : (
        <span>{job.planned || ended ? t('transfers.counts', files) : t('transfers.countsAtLeast', files)}</span>
      )}
      {ended ? (
        job.bytesDone === 0 ? null : (
          <span>{format.bytes(job.bytesDone)}</span>
        )
      ) : (
        <span>{job.planned ? t('transfers.bytes', bytes) : t('transfers.bytesAtLeast', bytes)}</span>
      )}
      {moves && job.bytesPerSecond > 0 ? <span>{format.speed(job.bytesPerSecond)}</span> : null}
      {moves && job.secondsLeft !== null ? (
        <span>{t('transfers.left', { time: format.duration(job.secondsLeft) })}</span>
      ) : null}
      {job.filesSkipped > 0 ? (
        <span title={t('transfers.skippedWhy')}>{t('transfers.countsSkipped', { count: job.filesSkipped })}</span>
      ) : null}
      {job.filesFailed > 0 ? (
        <span className={styles.bad}>{t('transfers.countsFailed', { count: job.filesFailed })}</span>
      ) : null}
      {ended ? <JobVerified job={job} /> : null}
      {ended || job.priority === 'normal' ? null : <span>{t(`transfers.priorityIs.${job.priority}`)}</span>}
      {job.state === 'interrupted' ? <span>{t('transfers.interruptedText')}</span> : null}
      <JobEnd job={job} />
    </div>
  );
}

function JobEnd({ job }: { readonly job: JobView }) {
  const { t } = useTranslation();
  const { connectionName, toConnectionName } = job;
  return (
    <>
      <span className={styles.optional}>
        {toConnectionName === undefined
          ? connectionName
          : t('transfers.connections', { from: connectionName, to: toConnectionName })}
      </span>
      {job.endedMs === null ? null : <Time ms={job.endedMs} />}
    </>
  );
}
