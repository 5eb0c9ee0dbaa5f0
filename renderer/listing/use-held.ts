import { useMemo } from 'react';
import type { CommandInput } from '../../shared/contract/commands.ts';
import type { JobId, SelectionId } from '../../shared/domain/ids.ts';
import type { Result } from '../../shared/result.ts';
import { useEngine } from '../bridge/engine-context.ts';
import { rememberStarted, useTransfersStore } from '../stores/transfers-store.ts';

type TransferInput = CommandInput<'selection.transfer'>;
export type TransferTo = TransferInput['to'];

export type HeldCommands = {
  /** Starts a job with what is held; its questions come up in this window. What is held stays held. */
  readonly transfer: (
    selectionId: SelectionId,
    to: TransferTo,
    options: { readonly move?: boolean; readonly conflict?: TransferInput['conflict'] },
  ) => Promise<Result<{ readonly jobId: JobId }>>;
  readonly release: (selectionId: SelectionId) => void;
};

/** What can be done with a selection that the engine holds. */
export function useHeld(): HeldCommands {
  const engine = useEngine();
  return useMemo<HeldCommands>(
    () => ({
      async transfer(selectionId, to, { move = false, conflict = 'ask' }) {
        const answer = await engine.call('selection.transfer', { selectionId, to, removeSource: move, conflict });
        if (answer.ok) useTransfersStore.setState((state) => rememberStarted(state, answer.value.jobId));
        return answer;
      },
      release: (selectionId) => void engine.call('selection.release', { selectionId }),
    }),
    [engine],
  );
}
