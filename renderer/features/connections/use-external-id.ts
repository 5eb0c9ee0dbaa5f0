import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { useOnAnswer } from '../../bridge/use-answer.ts';
import type { ConnectionDraft } from './connection-draft.ts';

/** Proposes this installation's external ID where there is no role yet; a saved role has its own, or none. */
export function useExternalId(
  saved: ConnectionView | null,
  propose: (proposed: Partial<ConnectionDraft>) => void,
): void {
  const isRole = saved?.auth.type === 'role';
  useOnAnswer('connections.externalId', isRole ? null : {}, (answer) => {
    if (answer.ok) propose({ externalId: answer.value.externalId });
  });
}
