import { useEffect } from 'react';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { useEngine } from '../../bridge/engine-context.ts';

/** Proposes this installation's external ID where there is no role yet; a saved role has its own, or none. */
export function useExternalId(saved: ConnectionView | null, onProposed: (externalId: string) => void): void {
  const engine = useEngine();
  const isRole = saved?.auth.type === 'role';
  useEffect(() => {
    if (isRole) return undefined;
    let left = false;
    void engine.call('connections.externalId', {}).then((answer) => {
      if (answer.ok && !left) onProposed(answer.value.externalId);
    });
    return () => {
      left = true;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [engine, isRole]);
}
