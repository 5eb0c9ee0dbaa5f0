import {
  CircleAlert,
  CircleArrowUp,
  CircleCheck,
  CircleCheckBig,
  CircleDashed,
  CircleMinus,
  CirclePause,
  CircleX,
  KeyRound,
  Unplug,
  WifiOff,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FileState, JobState, JobView } from '../../../shared/domain/transfer.ts';
import { isAllSkipped, waitsForSignIn } from '../../stores/transfer-summary.ts';
import { Status } from '../../ui/feedback/status.tsx';

const looks = {
  queued: { icon: CircleDashed, tone: 'neutral' },
  planning: { icon: CircleDashed, tone: 'neutral' },
  active: { icon: CircleArrowUp, tone: 'neutral' },
  waiting: { icon: CircleAlert, tone: 'warn' },
  signIn: { icon: KeyRound, tone: 'warn' },
  offline: { icon: WifiOff, tone: 'warn' },
  paused: { icon: CirclePause, tone: 'neutral' },
  interrupted: { icon: Unplug, tone: 'warn' },
  done: { icon: CircleCheck, tone: 'good' },
  nothingToDo: { icon: CircleCheckBig, tone: 'neutral' },
  skipped: { icon: CircleMinus, tone: 'neutral' },
  failed: { icon: CircleX, tone: 'bad' },
  cancelled: { icon: CircleMinus, tone: 'neutral' },
} as const satisfies Record<JobState | FileState | 'signIn' | 'offline' | 'nothingToDo', unknown>;

export function StateMark({ state }: { readonly state: keyof typeof looks }) {
  const { t } = useTranslation();
  const { icon: Icon, tone } = looks[state];
  const word = state === 'signIn' ? t('signIn.jobState') : t(`transfers.state.${state}`);
  return <Status tone={tone} icon={<Icon size={14} aria-hidden />} word={word} data-state={state} />;
}

/** The state of a job as a person sees it: waiting for the network is not waiting for you. */
export function shownState(job: JobView): keyof typeof looks {
  if (job.state === 'waiting' && job.retryAtMs !== undefined) return 'offline';
  if (waitsForSignIn(job)) return 'signIn';
  return isAllSkipped(job) ? 'nothingToDo' : job.state;
}
