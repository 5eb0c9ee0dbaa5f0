import { useCallback, useEffect, useRef, useState } from 'react';
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
  const shown = useRef(false);
  const told = useRef(onRead);
  useEffect(() => {
    told.current = onRead;
  });
  const read = useCallback(async () => {
    const answer = await engine.call('profiles.list', {});
    if (!shown.current) return;
    setProfiles(answer.ok ? { state: 'read', found: answer.value } : { state: 'failed', error: answer.error });
    if (answer.ok) told.current(answer.value);
  }, [engine]);
  useEffect(() => {
    shown.current = true;
    void read();
    return () => {
      shown.current = false;
    };
  }, [read]);
  return { profiles, again: () => void read() };
}
