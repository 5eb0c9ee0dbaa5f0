import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandInput, CommandName } from '../../../shared/contract/commands.ts';
import type { JobId } from '../../../shared/domain/ids.ts';
import type { JobMove, JobPriority, JobView } from '../../../shared/domain/transfer.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { isFinished } from '../../stores/transfer-list.ts';
import { isEnded } from '../../stores/transfer-summary.ts';
import { putBack, rememberStarted, takeOff, useTransfersStore } from '../../stores/transfers-store.ts';
import { useToast } from '../../ui/toast/toast.tsx';

/** What can be done with one transfer, or with all (no id). The last refusal is kept to be shown. */
export function useTransferCommands() {
  const engine = useEngine();
  const toast = useToast();
  const { t } = useTranslation();
  const [error, setError] = useState<AppError | null>(null);
  const commands = useMemo(() => {
    const call = async <N extends CommandName>(name: N, input: CommandInput<N>) => {
      const answer = await engine.call(name, input);
      setError(answer.ok ? null : answer.error);
      return answer;
    };
    const which = (jobId?: JobId) => (jobId === undefined ? {} : { jobId });
    return {
      pause: (jobId?: JobId) => void call('transfers.pause', which(jobId)),
      resume: (jobId?: JobId) => void call('transfers.resume', which(jobId)),
      cancel: (jobId: JobId) => void call('transfers.cancel', { jobId }),
      retry: (jobId: JobId) => void call('transfers.retry', { jobId }),
      move: (jobId: JobId, to: JobMove) => void call('transfers.move', { jobId, to }),
      setPriority: (jobId: JobId, priority: JobPriority) => void call('transfers.setPriority', { jobId, priority }),
      reveal: (path: string) => void call('hostFiles.reveal', { path }),
      again: async (jobId: JobId) => {
        const answer = await call('transfers.again', { jobId });
        if (answer.ok) useTransfersStore.setState((state) => rememberStarted(state, answer.value.jobId));
      },
      /** Takes an ended job off the list, or all of which nothing failed; the engine forgets them when it can no longer be undone. */
      clear: (jobId?: JobId) => {
        const { jobs, leaving } = useTransfersStore.getState();
        const isMeant = (job: JobView) => (jobId === undefined ? isFinished(job) : job.id === jobId && isEnded(job));
        const meant = Object.values(jobs).filter((job) => isMeant(job) && !leaving.has(job.id));
        const [first] = meant;
        if (!first) return;
        const ids = meant.map((job) => job.id);
        let undone = false;
        const undo = () => {
          undone = true;
          useTransfersStore.setState((state) => putBack(state, ids));
        };
        const forget = async () => {
          if (undone) return;
          let refused: AppError | null = null;
          for (const id of ids) {
            const answer = await engine.call('transfers.clear', { jobId: id });
            if (answer.ok) continue;
            refused ??= answer.error;
            useTransfersStore.setState((state) => putBack(state, [id]));
          }
          setError(refused);
        };
        useTransfersStore.setState((state) => takeOff(state, ids));
        toast(
          t('transfers.cleared', { count: ids.length, name: first.from }),
          { label: t('transfers.undo'), run: undo, undoes: true },
          () => void forget(),
        );
      },
    };
  }, [engine, toast, t]);
  return useMemo(() => ({ ...commands, error, dismiss: () => setError(null) }), [commands, error]);
}
export type TransferCommands = ReturnType<typeof useTransferCommands>;
