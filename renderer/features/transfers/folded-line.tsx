import { CircleCheck, CircleX, MessageCircleQuestion, Pause, Play, Unplug, WifiOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobView, SpeedSample } from '../../../shared/domain/transfer.ts';
import type { TransferSummary } from '../../stores/transfer-summary.ts';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import { Sparkline } from '../../ui/feedback/sparkline.tsx';
import { Status } from '../../ui/feedback/status.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './transfers.module.css';
import type { TransferCommands } from './use-transfer-commands.ts';

type Props = {
  readonly summary: TransferSummary;
  readonly speed: readonly SpeedSample[];
  readonly commands: TransferCommands;
  readonly jobs: readonly JobView[];
  readonly onAnswer: (job: JobView) => void;
  /** Shows what failed. */
  readonly onFailed: () => void;
};

/** All transfers in one line. */
export function FoldedLine({ summary, speed, commands, jobs, onAnswer, onFailed }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (summary.jobs === 0) return null;
  const question = jobs.find((job) => job.question);
  const busy = summary.moving > 0 || summary.resumable > 0;
  const speeds = speed.map((sample) => sample.upBytesPerSecond + sample.downBytesPerSecond);
  return (
    <>
      <div className={styles.summary}>
        {summary.filesTotal === 0 ? null : (
          <span className={styles.counts}>
            {t(summary.planned ? 'transfers.summary' : 'transfers.summaryAtLeast', {
              done: summary.filesDone,
              total: summary.filesTotal,
              bytes: format.bytes(summary.bytesDone),
              bytesTotal: format.bytes(summary.bytesTotal),
            })}
          </span>
        )}
        <Marks summary={summary} busy={busy} onAnswer={() => question && onAnswer(question)} onFailed={onFailed} />
        {busy ? (
          <span className={`${styles.bar} ${styles.optional}`}>
            <Progress
              label={t('transfers.label')}
              fraction={summary.bytesTotal > 0 ? summary.bytesDone / summary.bytesTotal : 0}
            />
          </span>
        ) : null}
        {summary.bytesPerSecond > 0 ? (
          <span className={styles.speed}>
            <span>{format.speed(summary.bytesPerSecond)}</span>
            <Sparkline values={speeds} slots={60} />
          </span>
        ) : null}
        {summary.secondsLeft === null ? null : (
          <span className={styles.optional}>{t('transfers.left', { time: format.duration(summary.secondsLeft) })}</span>
        )}
      </div>
      <span className={styles.grow} />
      {summary.resumable > 0 ? (
        <IconButton
          label={t('transfers.resumeAll')}
          icon={<Play size={16} aria-hidden />}
          onClick={() => commands.resume()}
        />
      ) : null}
      {summary.moving > 0 ? (
        <IconButton
          label={t('transfers.pauseAll')}
          icon={<Pause size={16} aria-hidden />}
          onClick={() => commands.pause()}
        />
      ) : null}
    </>
  );
}

const icon = { size: 14, 'aria-hidden': true } as const;

type MarksProps = {
  readonly summary: TransferSummary;
  readonly busy: boolean;
  readonly onAnswer: () => void;
  readonly onFailed: () => void;
};

function Marks({ summary, busy, onAnswer, onFailed }: MarksProps) {
  const { t } = useTranslation();
  return (
    <>
      {summary.interrupted > 0 ? (
        <Status
          tone="warn"
          icon={<Unplug {...icon} />}
          word={t('transfers.interrupted', { count: summary.interrupted })}
        />
      ) : null}
      {summary.offline > 0 ? (
        <Status
          tone="warn"
          icon={<WifiOff {...icon} />}
          word={t('transfers.offlineCount', { count: summary.offline })}
        />
      ) : null}
      {summary.questions > 0 ? (
        <button type="button" className={styles.markButton} onClick={onAnswer}>
          <Status
            tone="warn"
            icon={<MessageCircleQuestion {...icon} />}
            word={t('transfers.questions', { count: summary.questions })}
          />
        </button>
      ) : null}
      {summary.failed > 0 ? (
        <button type="button" className={classNames(styles.markButton, styles.badMark)} onClick={onFailed}>
          <Status
            tone="bad"
            icon={<CircleX {...icon} />}
            word={t('transfers.failedCount', { count: summary.failed })}
          />
        </button>
      ) : null}
      {!busy && summary.failed === 0 ? (
        <Status tone="good" icon={<CircleCheck {...icon} />} word={t('transfers.allDone')} />
      ) : null}
    </>
  );
}
