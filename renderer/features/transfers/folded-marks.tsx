import {
  CircleCheck,
  CircleCheckBig,
  CirclePause,
  CircleX,
  KeyRound,
  MessageCircleQuestion,
  Unplug,
  WifiOff,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { TransferSummary } from '../../stores/transfer-summary.ts';
import { classNames } from '../../ui/class-names.ts';
import { Status } from '../../ui/feedback/status.tsx';
import styles from './transfers.module.css';

const icon = { size: 14, 'aria-hidden': true } as const;

type Props = {
  readonly summary: TransferSummary;
  /** Something moves, or could. */
  readonly busy: boolean;
  readonly onAnswer: () => void;
  readonly onSignIn: () => void;
  readonly onFailed: () => void;
};

/** How all transfers are, in a few words: what needs someone, or that nothing does. */
export function FoldedMarks({ summary, busy, onAnswer, onSignIn, onFailed }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {summary.moving === 0 && summary.paused > 0 ? (
        <Status
          tone="neutral"
          icon={<CirclePause {...icon} />}
          word={t('transfers.pausedCount', { count: summary.paused })}
        />
      ) : null}
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
      {summary.signIns > 0 ? (
        <button type="button" className={styles.markButton} onClick={onSignIn}>
          <Status tone="warn" icon={<KeyRound {...icon} />} word={t('signIn.jobs', { count: summary.signIns })} />
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
      {summary.allSkipped ? (
        <Status
          tone="neutral"
          icon={<CircleCheckBig {...icon} />}
          word={t('transfers.allSkipped', { count: summary.filesTotal })}
        />
      ) : busy || summary.failed > 0 ? null : (
        <Status tone="good" icon={<CircleCheck {...icon} />} word={t('transfers.allDone')} />
      )}
    </>
  );
}
