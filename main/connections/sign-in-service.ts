import type { Auth } from '../../shared/domain/auth.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { needsSecret, wholeAuth } from '../credentials/auth-record.ts';
import { createBaseLoader, type CredentialDeps } from '../credentials/auth-loaders.ts';
import type { CallerIdentity } from '../credentials/caller-identity.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import { serverOf } from './connection-details.ts';
import type { ConnectionService } from './connection-service.ts';
import { type ConnectionTarget, resolveTarget } from './connection-target.ts';
import type { StoreTarget } from './open-store.ts';
import type { PrepareAuth } from './prepare-auth.ts';

export type SignInDeps = {
  readonly connections: ConnectionService;
  readonly opener: ConnectionOpener;
  readonly credentials: CredentialDeps;
  readonly prepareAuth: PrepareAuth;
  readonly callerIdentity: (
    credentials: SigningCredentials,
    region: string,
    signal?: AbortSignal,
  ) => Promise<Result<CallerIdentity>>;
  /** What waited for it goes on. */
  readonly onSignedIn: () => void;
};

/** What a person does to sign in, and what the guide asks on their behalf. */
export interface SignInService {
  /** MfaNeeded without a code where one is needed, MfaRefused, or why there are no credentials. */
  signIn(connectionId: string, mfaCode: string | undefined): Promise<Result<void>>;
  /** Of whoever takes the role, or signs in where there is none. Unsupported away from Amazon: nobody to ask. */
  callerArn(target: ConnectionTarget, signal?: AbortSignal): Promise<Result<string>>;
}

export function createSignInService(deps: SignInDeps): SignInService {
  return {
    async signIn(connectionId, mfaCode) {
      const opened = await deps.opener.open(connectionId);
      if (!opened.ok) return opened;
      const signedIn = await opened.value.signIn(mfaCode);
      if (signedIn.ok) deps.onSignedIn();
      return signedIn;
    },
    async callerArn(asked, signal) {
      const target = await resolveTarget(deps.connections, asked);
      if (!target.ok) return target;
      if (target.value.settings.endpointUrl !== undefined) {
        return err(appError('Unsupported', { what: 'Asking a server that is not Amazon who somebody is' }));
      }
      const auth = await authOf(target.value, deps);
      if (!auth.ok) return auth;
      const server = await serverOf(target.value, deps.credentials);
      const base = await deps.credentials.cache.get(createBaseLoader(auth.value, server, deps.credentials));
      if (!base.ok) return base;
      const identity = await deps.callerIdentity(base.value, server.region ?? 'us-east-1', signal);
      return identity.ok ? ok(identity.value.arn) : identity;
    },
  };
}

async function authOf({ auth }: StoreTarget, deps: SignInDeps): Promise<Result<Auth>> {
  if (auth.type === 'environment') {
    return err(appError('Unsupported', { what: 'Asking who an environment belongs to' }));
  }
  if (auth.type !== 'saved') {
    const prepared = await deps.prepareAuth(auth);
    return prepared.ok ? ok(prepared.value.auth) : prepared;
  }
  if (!needsSecret(auth.auth)) return wholeAuth(auth.auth, {});
  const secret = await deps.credentials.vault.get(auth.secretId);
  return secret.ok ? wholeAuth(auth.auth, secret.value) : secret;
}
