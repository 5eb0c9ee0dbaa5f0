import { useMemo, useState } from 'react';
import type { CommandInput, CommandName } from '../../../shared/contract/commands.ts';
import type { JobId } from '../../../shared/domain/ids.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';

/** What can be done with one transfer, or with all (no id). The last refusal is kept to be shown. */
export function useTransferCommands() {
  const engine = useEngine();
  const [error, setError] = useState<AppError | null>(null);
  const commands = useMemo(() => {
    const call = <N extends CommandName>(name: N, input: CommandInput<N>) => {
      void engine.call(name, input).then((answer) => setError(answer.ok ? null : answer.error));
    };
    const which = (jobId?: JobId) => (jobId === undefined ? {} : { jobId });
    return {
      pause: (jobId?: JobId) => call('transfers.pause', which(jobId)),
      resume: (jobId?: JobId) => call('transfers.resume', which(jobId)),
      clear: (jobId?: JobId) => call('transfers.clear', which(jobId)),
      cancel: (jobId: JobId) => call('transfers.cancel', { jobId }),
      retry: (jobId: JobId) => call('transfers.retry', { jobId }),
      reveal: (path: string) => call('hostFiles.reveal', { path }),
    };
  }, [engine]);
  return { ...commands, error };
}
export type TransferCommands = ReturnType<typeof useTransferCommands>;
