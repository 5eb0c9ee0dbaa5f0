import {
  CircleAlert,
  CircleArrowUp,
  CircleCheck,
  CircleCheckBig,
  CircleDashed,
  CircleMinus,
  CirclePause,
  CircleX,
  Unplug,
  WifiOff,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FileState, JobState, JobView } from '../../../shared/domain/transfer.ts';
import { isAllSkipped } from '../../stores/transfer-list.ts';
import styles from './transfers.module.css';

const looks = {
  queued: { icon: CircleDashed, tone: 'soft' },
  planning: { icon: CircleDashed, tone: 'soft' },
  active: { icon: CircleArrowUp, tone: 'soft' },
  waiting: { icon: CircleAlert, tone: 'warn' },
  offline: { icon: WifiOff, tone: 'warn' },
  paused: { icon: CirclePause, tone: 'soft' },
  interrupted: { icon: Unplug, tone: 'warn' },
  done: { icon: CircleCheck, tone: 'good' },
  nothingToDo: { icon: CircleCheckBig, tone: 'soft' },
  skipped: { icon: CircleMinus, tone: 'soft' },
  failed: { icon: CircleX, tone: 'bad' },
  cancelled: { icon: CircleMinus, tone: 'soft' },
} as const satisfies Record<JobState | FileState | 'offline' | 'nothingToDo', unknown>;

/** A state as icon and word, never as a colour alone. */
export function StateMark({ state }: { readonly state: keyof typeof looks }) {
  const { t } = useTranslation();
  const { icon: Icon, tone } = looks[state];
  return (
    <span className={`${styles.mark} ${styles[tone] ?? ''}`} data-state={state}>
      <Icon size={14} aria-hidden />
      <span className={styles.markText}>{t(`transfers.state.${state}`)}</span>
    </span>
  );
}

/** The state of a job as a person sees it: waiting for the network is not waiting for you. */
export function shownState(job: JobView): keyof typeof looks {
  if (job.state === 'waiting' && job.retryAtMs !== undefined) return 'offline';
  return isAllSkipped(job) ? 'nothingToDo' : job.state;
}
