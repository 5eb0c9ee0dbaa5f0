import type { CommandOutput, CommandParsed } from '../shared/contract/commands.ts';
import type { EngineEvent } from '../shared/contract/events.ts';
import { ok, type Result } from '../shared/result.ts';
import type { ConnectionService } from './connections/connection-service.ts';
import type { StoreTarget } from './connections/open-store.ts';
import { testConnection, type TestConnectionDeps } from './connections/test-connection.ts';
import { connectionStateOf } from './s3/observe-store.ts';

type Input = CommandParsed<'connections.test'>;

/** `connections.test`: what is tested, the steps as events, and what the outcome says about a saved connection. */
export function createConnectionTest(
  connections: ConnectionService,
  deps: TestConnectionDeps,
  emit: (event: EngineEvent) => void,
): (input: Input) => Promise<Result<CommandOutput<'connections.test'>>> {
  const targetOf = async (target: Input['target']): Promise<Result<StoreTarget>> => {
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
  };

  return async ({ testId, target }) => {
    const chosen = await targetOf(target);
    if (!chosen.ok) return chosen;
    const result = await testConnection(chosen.value, deps, {
      onStep: (step) => emit({ type: 'connections.testStep', testId, step }),
    });
    const isSaved = 'connectionId' in target && target.draft === undefined;
    const state = connectionStateOf(result.error ?? null);
    if (isSaved && state !== null) connections.setStatus(target.connectionId, state);
    return ok(result);
  };
}
