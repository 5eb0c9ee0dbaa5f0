import { PackageOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobView, SpeedSample } from '../../../shared/domain/transfer.ts';
import { type TransferSummary, waitsForSignIn } from '../../stores/transfer-summary.ts';
import { showUploads } from '../../stores/uploads-store.ts';
import { Progress } from '../../ui/feedback/progress.tsx';
import { Status } from '../../ui/feedback/status.tsx';
import { Sparkline } from '../../ui/feedback/sparkline.tsx';
import { useFormat } from '../../words/use-format.ts';
import { FoldedMarks } from './folded-marks.tsx';
import styles from './transfers.module.css';

type Props = {
  readonly summary: TransferSummary;
  readonly speed: readonly SpeedSample[];
  readonly jobs: readonly JobView[];
  /** Uploads of ours that nobody goes on with. */
  readonly orphans: number;
  readonly onAnswer: (job: JobView) => void;
  readonly onSignIn: (job: JobView) => void;
  /** Shows what failed. */
  readonly onFailed: () => void;
};

/** All transfers in one line. What is least needed gives way first where there is little room. */
export function FoldedLine({ summary, speed, jobs, orphans, onAnswer, onSignIn, onFailed }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const question = jobs.find((job) => job.question);
  const waiting = jobs.find(waitsForSignIn);
  const busy = summary.moving > 0 || summary.resumable > 0;
  const speeds = speed.map((sample) => sample.upBytesPerSecond + sample.downBytesPerSecond);
  const fraction = summary.bytesTotal > 0 ? summary.bytesDone / summary.bytesTotal : 0;
  return (
    <div className={styles.summary}>
      {summary.filesTotal === 0 || summary.allSkipped ? null : (
        <span className={styles.counts}>
          {t(summary.planned ? 'transfers.summary' : 'transfers.summaryAtLeast', {
            done: summary.filesDone,
            total: summary.filesTotal,
            bytes: format.bytes(summary.bytesDone),
            bytesTotal: format.bytes(summary.bytesTotal),
          })}
        </span>
      )}
      {busy && summary.planned ? <span className={styles.percent}>{format.percent(fraction)}</span> : null}
      {summary.jobs === 0 ? null : (
        <FoldedMarks
          summary={summary}
          busy={busy}
          onAnswer={() => question && onAnswer(question)}
          onSignIn={() => waiting && onSignIn(waiting)}
          onFailed={onFailed}
        />
      )}
      {orphans > 0 ? (
        <button type="button" className={styles.quietMark} onClick={() => showUploads(null)}>
          <Status
            tone="neutral"
            icon={<PackageOpen size={14} aria-hidden />}
            word={t('unfinished.hint', { count: orphans })}
          />
        </button>
      ) : null}
      {busy ? (
        <span className={`${styles.bar} ${styles.optional}`}>
          <Progress label={t('transfers.label')} fraction={fraction} tone={summary.moving > 0 ? 'accent' : 'neutral'} />
        </span>
      ) : null}
      {summary.bytesPerSecond > 0 ? (
        <>
          <span className={styles.speed}>{format.speed(summary.bytesPerSecond)}</span>
          <span className={styles.optional}>
            <Sparkline values={speeds} slots={60} />
          </span>
        </>
      ) : null}
      {summary.secondsLeft === null ? null : (
        <span className={styles.optional}>{t('transfers.left', { time: format.duration(summary.secondsLeft) })}</span>
      )}
    </div>
  );
}
