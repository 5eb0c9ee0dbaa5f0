import type { TFunction } from 'i18next';
import { ArrowDown, ArrowUp, ChevronsUp, Flag } from 'lucide-react';
import { type JobMove, jobPriorities, type JobView } from '../../../shared/domain/transfer.ts';
import { compareOrder, isEnded } from '../../stores/transfer-summary.ts';
import type { MenuAction, MenuContent, MenuGroups } from '../../ui/menu/menu.tsx';
import type { TransferCommands } from './use-transfer-commands.ts';

const icon = { size: 16, 'aria-hidden': true } as const;

/** Pure. Where the job can go among those of its priority; none when it has ended or is the only one. */
export function possibleMoves(job: JobView, jobs: readonly JobView[]): readonly JobMove[] {
  if (isEnded(job)) return [];
  const peers = jobs.filter((one) => !isEnded(one) && one.priority === job.priority).sort(compareOrder);
  const at = peers.findIndex(({ id }) => id === job.id);
  return [...(at > 0 ? (['first', 'up'] as const) : []), ...(at < peers.length - 1 ? (['down'] as const) : [])];
}

/** Pure. A menu of a job with what is said of its order before what ends it. */
export function withOrder(groups: MenuGroups, order: MenuContent): MenuContent {
  return [...groups.slice(0, -1), ...order, ...groups.slice(-1)];
}

/** A person's say in which job goes first. */
export function orderActions(
  job: JobView,
  jobs: readonly JobView[],
  commands: TransferCommands,
  t: TFunction,
): MenuContent {
  if (isEnded(job)) return [];
  const moves = possibleMoves(job, jobs);
  const action = (to: JobMove, more: Pick<MenuAction, 'icon' | 'keys'>): readonly MenuAction[] =>
    moves.includes(to)
      ? [{ id: `move.${to}`, label: t(`transfers.move.${to}`), run: () => commands.move(job.id, to), ...more }]
      : [];
  return [
    [
      ...action('first', { icon: <ChevronsUp {...icon} /> }),
      ...action('up', { icon: <ArrowUp {...icon} />, keys: 'Alt+ArrowUp' }),
      ...action('down', { icon: <ArrowDown {...icon} />, keys: 'Alt+ArrowDown' }),
      {
        id: 'priority',
        label: t('transfers.priority.label'),
        icon: <Flag {...icon} />,
        submenu: [
          jobPriorities.map((priority) => ({
            id: `priority.${priority}`,
            label: t(`transfers.priority.${priority}`),
            checked: job.priority === priority,
            radio: true,
            run: () => commands.setPriority(job.id, priority),
          })),
        ],
      },
    ],
  ];
}
