import {
  CircleHelp,
  FolderInput,
  FolderOpen,
  KeyRound,
  ListX,
  Pause,
  Pencil,
  Play,
  RefreshCw,
  Repeat,
  RotateCcw,
  Workflow,
  X,
} from 'lucide-react';
import type { TFunction } from 'i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { canResume, canRetry, isEnded, isMoving, waitsForSignIn } from '../../stores/transfer-summary.ts';
import type { MenuAction, MenuGroups } from '../../ui/menu/menu.tsx';
import type { TransferCommands } from './use-transfer-commands.ts';

export type JobDeeds = {
  readonly commands: TransferCommands;
  /** Shows the target, in the list or on disk; null where it cannot be shown. */
  readonly showOf: (job: JobView) => (() => void) | null;
  /** Opens the form of the job's connection; null where nothing in it needs a person. */
  readonly editOf: (job: JobView) => (() => void) | null;
  /** Asks the person to sign the job's connection in; null where that would not help. */
  readonly signInOf: (job: JobView) => (() => void) | null;
  readonly onAnswer: (job: JobView) => void;
  /** Asks for the folder of a download, and does it again into that. */
  readonly onElsewhere: (job: JobView) => void;
  /** Begins a rule with what the job did; null where it has not ended. */
  readonly ruleOf: (job: JobView) => (() => void) | null;
};

const icon = { size: 16, 'aria-hidden': true } as const;

/** Everything that can be done with a job in its state, in the order of a menu. */
export function jobActions(job: JobView, deeds: JobDeeds, t: TFunction): MenuGroups {
  const { commands, showOf, editOf, signInOf, onAnswer, onElsewhere, ruleOf } = deeds;
  const { id } = job;
  const show = showOf(job);
  const rule = ruleOf(job);
  const signIn = signInOf(job);
  const edit = signIn === null ? editOf(job) : null;
  const canGoOn = canResume(job) || canRetry(job);
  const waitsForIt = waitsForSignIn(job);
  const when = (condition: boolean, action: MenuAction): readonly MenuAction[] => (condition ? [action] : []);
  const isOffline = job.retryAtMs !== undefined;
  return [
    [
      ...when(job.question !== undefined, {
        id: 'answer',
        label: t('transfers.answer'),
        icon: <CircleHelp {...icon} />,
        run: () => onAnswer(job),
      }),
      ...when(signIn !== null && (canGoOn || waitsForIt), {
        id: 'signIn',
        label: t('signIn.ask'),
        icon: <KeyRound {...icon} />,
        run: () => signIn?.(),
      }),
      // Before another try: with credentials that were refused it would end as this one.
      ...when(edit !== null && canGoOn, {
        id: 'editConnection',
        label: t('sidebar.edit'),
        icon: <Pencil {...icon} />,
        run: () => edit?.(),
      }),
      ...when(isOffline, {
        id: 'retryNow',
        label: t('transfers.retryNow'),
        icon: <RefreshCw {...icon} />,
        run: () => commands.resume(id),
      }),
      ...when(canResume(job), {
        id: 'resume',
        label: t('transfers.resume'),
        icon: <Play {...icon} />,
        run: () => commands.resume(id),
      }),
      ...when(canRetry(job), {
        id: 'retry',
        label: job.filesFailed > 0 ? t('transfers.retryJob') : t('transfers.retryAll'),
        icon: <RotateCcw {...icon} />,
        run: () => commands.retry(id),
      }),
      ...when(isMoving(job), {
        id: 'pause',
        label: t('transfers.pause'),
        icon: <Pause {...icon} />,
        run: () => commands.pause(id),
      }),
    ],
    [
      ...when(show !== null, {
        id: 'show',
        label: t('transfers.showTarget'),
        icon: <FolderOpen {...icon} />,
        run: () => show?.(),
      }),
      ...when(isEnded(job) && job.canRepeat, {
        id: 'again',
        label: t('transfers.again'),
        icon: <Repeat {...icon} />,
        run: () => void commands.again(id),
      }),
      ...when(isEnded(job) && job.canRepeat && job.kind === 'download', {
        id: 'elsewhere',
        label: t('transfers.elsewhere'),
        icon: <FolderInput {...icon} />,
        run: () => onElsewhere(job),
      }),
      ...when(rule !== null, {
        id: 'makeRule',
        label: t('makeRule.job'),
        icon: <Workflow {...icon} />,
        run: () => rule?.(),
      }),
    ],
    [
      ...when(isEnded(job), {
        id: 'clear',
        label: t('transfers.clear'),
        icon: <ListX {...icon} />,
        keys: 'Delete',
        run: () => commands.clear(id),
      }),
      ...when(!isEnded(job), {
        id: 'cancel',
        label: t('transfers.cancelJob'),
        icon: <X {...icon} />,
        danger: true,
        run: () => commands.cancel(id),
      }),
    ],
  ];
}
