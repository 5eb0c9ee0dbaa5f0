import { useCallback, useEffect, useRef, useState } from 'react';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';

/**
 * Walks the folders of the engine's machine, from `start` or, where that is gone, from `fallback`. Any other folder that
 * cannot be listed leaves the last one on screen and is an error.
 */
export function useHostFolder(start: string, fallback: string) {
  const engine = useEngine();
  const [listing, setListing] = useState<CommandOutput<'hostFiles.list'> | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const newest = useRef(0);
  /** The folder as its machine writes it, or null when it cannot be listed. */
  const open = useCallback(
    async (folder: string, orElse?: string) => {
      const mine = ++newest.current;
      let answer = await engine.call('hostFiles.list', { folder });
      if (!answer.ok && orElse !== undefined) answer = await engine.call('hostFiles.list', { folder: orElse });
      if (mine !== newest.current) return null;
      setError(answer.ok ? null : answer.error);
      if (answer.ok) setListing(answer.value);
      return answer.ok ? answer.value.folder : null;
    },
    [engine],
  );
  const create = useCallback(
    async (folder: string, name: string) => {
      const answer = await engine.call('hostFiles.createFolder', { folder, name });
      if (!answer.ok) return setError(answer.error);
      await open(answer.value.path);
    },
    [engine, open],
  );
  useEffect(() => {
    // The answer sets the state, later.
    // oxlint-disable-next-line react/set-state-in-effect
    void open(start, fallback);
  }, [open, start, fallback]);
  return { listing, error, open, create };
}
