import { useCallback, useEffect, useState } from 'react';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';

type Found = CommandOutput<'profiles.list'>;
export type ProfilesState =
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly found: Found }
  | { readonly state: 'failed'; readonly error: AppError };

/** The profiles of the AWS files on the engine's machine, read when this is first shown and whenever it is asked again. */
export function useProfiles(onRead: (found: Found) => void) {
  const engine = useEngine();
  const [profiles, setProfiles] = useState<ProfilesState>({ state: 'reading' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let left = false;
    void engine.call('profiles.list', {}).then((answer) => {
      if (left) return;
      setProfiles(answer.ok ? { state: 'read', found: answer.value } : { state: 'failed', error: answer.error });
      if (answer.ok) onRead(answer.value);
    });
    return () => {
      left = true;
    };
    // What is done with them is not why they are read again.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [engine, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { profiles, again };
}
