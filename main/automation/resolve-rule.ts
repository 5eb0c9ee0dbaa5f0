import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { PathRules } from '../../shared/domain/key-path.ts';
import type { RuleInput } from '../../shared/domain/rule.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import { checkRule } from './check-rule.ts';
import { refuseNested } from './mirror/refuse-nested.ts';

export type ResolvedRule = { readonly input: RuleInput; readonly connectionId: ConnectionId };

/**
 * A rule that can be kept: checked, with its connection's id, and with ids in its actions too (a name may become another
 * connection's). InvalidInput with the field, ConnectionNotFound.
 */
export async function resolveRule(
  input: RuleInput,
  deps: {
    readonly pathRules: PathRules;
    readonly opener: ConnectionOpener;
    readonly connections: { readonly idOf: (name: string) => Result<ConnectionId> };
  },
): Promise<Result<ResolvedRule>> {
  const checked = checkRule(input, deps.pathRules);
  if (!checked.ok) return checked;
  const connectionId = deps.connections.idOf(input.connection);
  if (!connectionId.ok) return connectionId;
  const actions: RuleInput['actions'] = [];
  for (const action of input.actions) {
    if (!('connection' in action) || action.connection === undefined) {
      actions.push(action);
      continue;
    }
    const found = deps.connections.idOf(action.connection);
    if (!found.ok) return found;
    actions.push({ ...action, connection: found.value });
  }
  const resolved = { ...input, actions };
  const apart = await refuseNested(resolved, connectionId.value, deps.opener);
  return apart.ok ? ok({ input: resolved, connectionId: connectionId.value }) : apart;
}
