import { ListX, Pause, Play, RotateCcw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { canResume, canRetry, isEnded } from '../../stores/transfer-summary.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import type { TransferCommands } from './use-transfer-commands.ts';

type Props = {
  readonly job: JobView;
  readonly commands: TransferCommands;
  readonly onShow: (() => void) | null;
  readonly onAnswer: (job: JobView) => void;
};

/** What can be done with a job in its state; the likeliest in words, the others as icons. */
export function JobActions({ job, commands, onShow, onAnswer }: Props) {
  const { t } = useTranslation();
  const icon = { size: 14, 'aria-hidden': true } as const;
  const pausable =
    job.state === 'queued' || job.state === 'planning' || job.state === 'active' || job.state === 'waiting';
  return (
    <>
      {job.question ? (
        <Button small look="primary" onClick={() => onAnswer(job)}>
          {t('transfers.answer')}
        </Button>
      ) : null}
      {canResume(job) ? (
        <Button small look={job.state === 'interrupted' ? 'primary' : 'normal'} onClick={() => commands.resume(job.id)}>
          <Play {...icon} />
          {t('transfers.resume')}
        </Button>
      ) : null}
      {canRetry(job) ? (
        <Button small onClick={() => commands.retry(job.id)}>
          <RotateCcw {...icon} />
          {job.filesFailed > 0 ? t('transfers.retryJob') : t('transfers.retryAll')}
        </Button>
      ) : null}
      {onShow && job.state === 'done' ? (
        <Button small onClick={onShow}>
          {t('transfers.showTarget')}
        </Button>
      ) : null}
      {pausable ? (
        <IconButton
          small
          label={t('transfers.pause')}
          icon={<Pause {...icon} />}
          onClick={() => commands.pause(job.id)}
        />
      ) : null}
      {isEnded(job) ? (
        <IconButton
          small
          label={t('transfers.clear')}
          icon={<ListX {...icon} />}
          onClick={() => commands.clear(job.id)}
        />
      ) : (
        <IconButton
          small
          label={t('transfers.cancelJob')}
          icon={<X {...icon} />}
          onClick={() => commands.cancel(job.id)}
        />
      )}
    </>
  );
}
