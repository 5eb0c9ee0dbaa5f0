import { useCallback, useEffect, useRef, useState } from 'react';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';

/** Walks the folders of the engine's machine. A folder that cannot be listed leaves the last one on screen. */
export function useHostFolder(start: string) {
  const engine = useEngine();
  const [listing, setListing] = useState<CommandOutput<'hostFiles.list'> | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const newest = useRef(0);
  const open = useCallback(
    async (folder: string) => {
      const mine = ++newest.current;
      const answer = await engine.call('hostFiles.list', { folder });
      if (mine !== newest.current) return;
      setError(answer.ok ? null : answer.error);
      if (answer.ok) setListing(answer.value);
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
    void open(start);
  }, [open, start]);
  return { listing, error, open, create };
}
