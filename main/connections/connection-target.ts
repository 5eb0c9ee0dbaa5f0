import type { CommandParsed } from '../../shared/contract/commands.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { ConnectionService } from './connection-service.ts';
import type { StoreTarget } from './open-store.ts';

export type ConnectionTarget = CommandParsed<'connections.test'>['target'];

/** What is meant: a saved connection, an edit of one with the secrets it leaves out, or one that is being typed. */
export async function resolveTarget(
  connections: Pick<ConnectionService, 'find' | 'draft' | 'authOf'>,
  target: ConnectionTarget,
): Promise<Result<StoreTarget>> {
  if ('connection' in target) {
    const { auth, ...settings } = target.connection;
    return ok({ settings, auth });
  }
  if (target.draft !== undefined) {
    const draft = await connections.draft(target.connectionId, target.draft);
    if (!draft.ok) return draft;
    const { auth, ...settings } = draft.value;
    return ok({ settings, auth });
  }
  const found = connections.find(target.connectionId);
  return found.ok ? ok({ settings: found.value.settings, auth: connections.authOf(found.value) }) : found;
}
