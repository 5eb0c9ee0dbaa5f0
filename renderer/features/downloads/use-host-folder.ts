import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { AppInfo } from '../../stores/app-info.ts';
import type { HostFolder } from './host-folders.ts';

type Failure = { readonly folder: string; readonly error: AppError };

/**
 * Walks the folders of the engine's machine, from `start` or, where that is gone, from the home folder. Any other folder
 * that cannot be listed is a failure and leaves the last one on screen.
 */
export function useHostFolder(start: string, { homeFolder }: AppInfo) {
  const engine = useEngine();
  const [listing, setListing] = useState<HostFolder | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const newest = useRef(0);
  /** The folder as its machine writes it, or null when it cannot be listed or is not wanted any more. */
  const open = useCallback(
    async (folder: string, orElse?: string) => {
      const mine = ++newest.current;
      let answer = await engine.call('hostFiles.list', { folder });
      if (!answer.ok && orElse !== undefined && mine === newest.current) {
        answer = await engine.call('hostFiles.list', { folder: orElse });
      }
      if (mine !== newest.current) return null;
      setFailure(answer.ok ? null : { folder, error: answer.error });
      if (answer.ok) setListing(answer.value);
      return answer.ok ? answer.value.folder : null;
    },
    [engine],
  );
  /** Opens what was made. */
  const made = async (folder: string, answer: Result<{ readonly path: string }>) => {
    if (answer.ok) return open(answer.value.path);
    setFailure({ folder, error: answer.error });
    return null;
  };
  useEffect(() => {
    // The answer sets the state, later.
    // oxlint-disable-next-line react/set-state-in-effect
    void open(start, homeFolder);
    return () => {
      newest.current += 1;
    };
  }, [open, start, homeFolder]);
  return {
    listing,
    failure,
    open,
    forgive: () => setFailure(null),
    create: async (folder: string, name: string) =>
      made(folder, await engine.call('hostFiles.createFolder', { folder, name })),
    /** With those above it that are not there. */
    createMissing: async (folder: string) => made(folder, await engine.call('hostFiles.ensureFolder', { folder })),
  };
}
