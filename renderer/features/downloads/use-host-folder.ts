import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { AppInfo } from '../../stores/app-info.ts';
import type { HostFolder } from './host-folders.ts';
import { makeFolders } from './make-folders.ts';

type Failure = { readonly folder: string; readonly error: AppError };

/**
 * Walks the folders of the engine's machine, from `start`. A folder that cannot be listed is a failure and leaves the last
 * one on screen; the home folder where it is the first.
 */
export function useHostFolder(start: string, { homeFolder, pathSeparator }: AppInfo) {
  const engine = useEngine();
  const [listing, setListing] = useState<HostFolder | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const newest = useRef(0);
  /** The folder as its machine writes it, or null when it cannot be listed. */
  const open = useCallback(
    async (folder: string) => {
      const mine = ++newest.current;
      const answer = await engine.call('hostFiles.list', { folder });
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
    const openFirst = async () => {
      const found = await open(start);
      if (found !== null) return;
      const mine = newest.current;
      const home = await engine.call('hostFiles.list', { folder: homeFolder });
      if (mine === newest.current && home.ok) setListing(home.value);
    };
    // The answer sets the state, later.
    // oxlint-disable-next-line react/set-state-in-effect
    void openFirst();
  }, [engine, open, start, homeFolder]);
  return {
    listing,
    failure,
    open,
    forgive: () => setFailure(null),
    create: async (folder: string, name: string) =>
      made(folder, await engine.call('hostFiles.createFolder', { folder, name })),
    /** With those above it that are not there. */
    createMissing: async (folder: string) => made(folder, await makeFolders(engine, folder, pathSeparator)),
  };
}
