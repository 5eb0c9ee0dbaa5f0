import { CircleHelp, Gauge, ListX, PackageOpen, PanelBottom, Pause, Play, RotateCcw } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { useProvideActions } from '../../stores/action-store.ts';
import { isFinished } from '../../stores/transfer-list.ts';
import { canRetry, type TransferSummary } from '../../stores/transfer-summary.ts';
import { showUploads } from '../../stores/uploads-store.ts';
import type { MenuGroups } from '../../ui/menu/menu.tsx';
import type { TransferCommands } from './use-transfer-commands.ts';

type Input = {
  readonly summary: TransferSummary;
  readonly jobs: readonly JobView[];
  readonly open: boolean;
  readonly commands: TransferCommands;
  readonly onOpen: (open: boolean) => void;
  readonly onAnswer: (job: JobView) => void;
  readonly onLimits: () => void;
};

const icon = { size: 16, 'aria-hidden': true } as const;

/** Offers to the command palette what can be done with all transfers; the list of offers changes only when they do. */
export function useTransferActions(input: Input): void {
  const { t } = useTranslation();
  const latest = useRef(input);
  useEffect(() => {
    latest.current = input;
  });
  const { summary, jobs, open } = input;
  const has = {
    moving: summary.moving > 0,
    resumable: summary.resumable > 0,
    question: summary.questions > 0,
    failed: jobs.some(canRetry),
    finished: jobs.some(isFinished),
  };
  const { moving, resumable, question, failed, finished } = has;
  const groups = useMemo((): MenuGroups => {
    const now = () => latest.current;
    return [
      [
        {
          id: 'transfers.toggle',
          label: open ? t('transfers.hide') : t('transfers.show'),
          icon: <PanelBottom {...icon} />,
          run: () => now().onOpen(!now().open),
        },
        {
          id: 'transfers.limits',
          label: t('limits.open'),
          icon: <Gauge {...icon} />,
          run: () => now().onLimits(),
        },
        {
          id: 'transfers.uploads',
          label: t('unfinished.menu'),
          icon: <PackageOpen {...icon} />,
          run: () => showUploads(null),
        },
        ...(question
          ? [
              {
                id: 'transfers.answer',
                label: t('transfers.answerNext'),
                icon: <CircleHelp {...icon} />,
                run: () => {
                  const job = now().jobs.find((one) => one.question);
                  if (job) now().onAnswer(job);
                },
              },
            ]
          : []),
        ...(moving
          ? [
              {
                id: 'transfers.pauseAll',
                label: t('transfers.pauseAllLong'),
                icon: <Pause {...icon} />,
                run: () => now().commands.pause(),
              },
            ]
          : []),
        ...(resumable
          ? [
              {
                id: 'transfers.resumeAll',
                label: t('transfers.resumeAllLong'),
                icon: <Play {...icon} />,
                run: () => now().commands.resume(),
              },
            ]
          : []),
        ...(failed
          ? [
              {
                id: 'transfers.retryAll',
                label: t('transfers.retryAllFailed'),
                icon: <RotateCcw {...icon} />,
                run: () => {
                  for (const job of now().jobs.filter(canRetry)) now().commands.retry(job.id);
                },
              },
            ]
          : []),
        ...(finished
          ? [
              {
                id: 'transfers.clearAll',
                label: t('transfers.clearAllLong'),
                icon: <ListX {...icon} />,
                run: () => now().commands.clear(),
              },
            ]
          : []),
      ],
    ];
  }, [t, open, moving, resumable, question, failed, finished]);
  useProvideActions('transfers', t('transfers.title'), groups);

  const name = t('app.name');
  const { questions } = summary;
  useEffect(() => {
    document.title = questions > 0 ? t('transfers.windowTitle', { count: questions, name }) : name;
  }, [t, questions, name]);
}
