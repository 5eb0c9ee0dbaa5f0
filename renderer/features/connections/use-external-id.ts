import { useEffect } from 'react';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { ConnectionDraft } from './connection-draft.ts';

/** Proposes this installation's external ID where there is no role yet; a saved role has its own, or none. */
export function useExternalId(
  saved: ConnectionView | null,
  propose: (proposed: Partial<ConnectionDraft>) => void,
): void {
  const engine = useEngine();
  const isRole = saved?.auth.type === 'role';
  useEffect(() => {
    if (isRole) return undefined;
    let left = false;
    void engine.call('connections.externalId', {}).then((answer) => {
      if (answer.ok && !left) propose({ externalId: answer.value.externalId });
    });
    return () => {
      left = true;
    };
  }, [engine, isRole, propose]);
}
