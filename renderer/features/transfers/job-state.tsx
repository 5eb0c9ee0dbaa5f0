import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CirclePause,
  CircleX,
  CircleArrowUp,
  Unplug,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FileState, JobState } from '../../../shared/domain/transfer.ts';
import styles from './transfers.module.css';

const looks = {
  queued: { icon: CircleDashed, tone: 'soft' },
  planning: { icon: CircleDashed, tone: 'soft' },
  active: { icon: CircleArrowUp, tone: 'soft' },
  waiting: { icon: CircleAlert, tone: 'warn' },
  paused: { icon: CirclePause, tone: 'soft' },
  interrupted: { icon: Unplug, tone: 'warn' },
  done: { icon: CircleCheck, tone: 'good' },
  skipped: { icon: CircleMinus, tone: 'soft' },
  failed: { icon: CircleX, tone: 'bad' },
  cancelled: { icon: CircleMinus, tone: 'soft' },
} as const satisfies Record<JobState | FileState, unknown>;

/** A state as icon and word, never as a colour alone. */
export function StateMark({ state }: { readonly state: JobState | FileState }) {
  const { t } = useTranslation();
  const { icon: Icon, tone } = looks[state];
  return (
    <span className={`${styles.mark} ${styles[tone] ?? ''}`} data-state={state}>
      <Icon size={14} aria-hidden />
      {t(`transfers.state.${state}`)}
    </span>
  );
}
