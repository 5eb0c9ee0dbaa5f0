import type { CommandOutput, CommandParsed } from '../shared/contract/commands.ts';
import type { EngineEvent } from '../shared/contract/events.ts';
import { ok, type Result } from '../shared/result.ts';
import { serverOf } from './connections/connection-details.ts';
import type { ConnectionService } from './connections/connection-service.ts';
import { resolveTarget } from './connections/connection-target.ts';
import type { StoreTarget } from './connections/open-store.ts';
import type { PrepareAuth } from './connections/prepare-auth.ts';
import { testConnection, type TestConnectionDeps } from './connections/test-connection.ts';
import { createCredentialLoader, type CredentialDeps } from './credentials/auth-loaders.ts';
import { connectionStateOf } from './s3/observe-store.ts';

type Input = CommandParsed<'connections.test'>;

export type ConnectionTestDeps = Omit<TestConnectionDeps, 'loadCredentials'> & {
  readonly connections: ConnectionService;
  readonly credentials: CredentialDeps;
  readonly prepareAuth: PrepareAuth;
  readonly emit: (event: EngineEvent) => void;
  /** What waited for a sign-in goes on. */
  readonly onSignedIn: () => void;
};

/** `connections.test`: what is tested, the steps as events, and what the outcome says about a saved connection. */
export function createConnectionTest(
  deps: ConnectionTestDeps,
): (input: Input) => Promise<Result<CommandOutput<'connections.test'>>> {
  const { connections, credentials, prepareAuth, emit } = deps;

  /** As it would be saved; what is wrong with it is told by the step that signs in. */
  async function prepared(target: StoreTarget): Promise<Result<StoreTarget>> {
    const { auth } = target;
    if (auth.type === 'saved' || auth.type === 'environment') return ok(target);
    const ready = await prepareAuth(auth);
    return ready.ok ? ok({ ...target, auth: ready.value.auth }) : ready;
  }

  return async ({ testId, target, mfaCode, writeProbe, probeBucket }) => {
    const chosen = await resolveTarget(connections, target);
    if (!chosen.ok) return chosen;
    const ready = await prepared(chosen.value);
    const result = await testConnection(
      ready.ok ? ready.value : chosen.value,
      {
        ...deps,
        loadCredentials: async (tested) => {
          if (!ready.ok) return ready;
          const loader = createCredentialLoader(tested.auth, await serverOf(tested, credentials), credentials);
          const loaded = await credentials.cache.get(loader, { mfaCode });
          if (loaded.ok && mfaCode !== undefined) deps.onSignedIn();
          return loaded;
        },
      },
      { onStep: (step) => emit({ type: 'connections.testStep', testId, step }), writeProbe, probeBucket },
    );
    const isSaved = 'connectionId' in target && target.draft === undefined;
    const state = connectionStateOf(result.error ?? null);
    if (isSaved && state !== null) connections.setStatus(target.connectionId, state);
    return ok(result);
  };
}
