import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Environment } from '../../shared/contract/connection-commands.ts';
import { type ConnectionId, connectionIdSchema } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { ConnectionDetails, FindConnection } from './connection-opener.ts';
import type { CredentialSource } from './credential-source.ts';

const idPrefix = 'env-';

export function isEnvironmentId(connectionId: string): boolean {
  return connectionId.startsWith(idPrefix);
}

export type EnvironmentDeps = {
  /** The environment's own key, else its profile. */
  readonly credentialsOf: (environment: Environment) => CredentialSource;
  /** Of the profile in the AWS files, when the environment names no region. */
  readonly regionOfProfile: (profile: string) => Promise<string | null>;
  /** Other secrets under the same id: whoever has it open opens it anew. */
  readonly onChanged: (connectionId: ConnectionId) => void;
};

type Known = { readonly environment: Environment; readonly credentials: CredentialSource };

/**
 * Connections of commands' environments: in memory only, for as long as the engine runs. The id tells the server, region
 * and identity but not the secrets, so that a job resumed later finds the connection when the environment is back.
 */
export function createEnvironmentConnections(deps: EnvironmentDeps): {
  /** Idempotent; newer secrets for the same id take the place of the older, also where the connection is open. */
  use(environment: Environment): ConnectionId;
  readonly find: FindConnection;
  /** The latest last. */
  list(): readonly { readonly id: string; readonly name: string; readonly endpointUrl?: string | undefined }[];
  /** The latest environment for this server: a job of an environment that is gone goes on with it. */
  findByServer(server: { readonly endpointUrl: string | null; readonly region: string | null }): string | null;
} {
  const known = new Map<string, Known>();

  return {
    use(environment) {
      const id = environmentId(environment);
      if (!isDeepStrictEqual(known.get(id)?.environment, environment)) {
        const isNewer = known.has(id);
        known.set(id, { environment, credentials: deps.credentialsOf(environment) });
        if (isNewer) deps.onChanged(id);
      }
      // The latest last.
      const latest = known.get(id);
      known.delete(id);
      if (latest !== undefined) known.set(id, latest);
      return id;
    },
    list: () =>
      [...known].map(([id, { environment }]) => ({
        id,
        name: nameOf(environment),
        endpointUrl: environment.endpointUrl,
      })),
    findByServer({ endpointUrl, region }) {
      let found: string | null = null;
      for (const [id, { environment }] of known) {
        const sameServer = (environment.endpointUrl ?? null) === endpointUrl;
        if (sameServer && (environment.region === undefined || region === null || environment.region === region))
          found = id;
      }
      return found;
    },
    async find(connectionId) {
      const found = known.get(connectionId);
      if (found === undefined) return err(appError('CredentialsMissing', { connectionId }));
      const { environment } = found;
      const region =
        environment.region ?? (hasKey(environment) ? null : await deps.regionOfProfile(profileOf(environment)));
      const details: ConnectionDetails = {
        id: connectionId,
        name: nameOf(environment),
        settings: {
          endpointUrl: environment.endpointUrl ?? null,
          region,
          // Most servers that are not Amazon's have no wildcard name, and those that do take both.
          pathStyle: environment.endpointUrl !== undefined,
          tls: {
            verify: environment.verifyTls,
            ...(environment.caBundle === undefined ? {} : { caBundle: environment.caBundle }),
          },
        },
        // Looked up each time: whoever has the connection open gets the secrets of the latest command.
        credentials: (request) => (known.get(connectionId) ?? found).credentials(request),
        restriction: null,
        downloadThreads: null,
        uploadThreads: null,
      };
      return ok(details);
    },
  };
}

function hasKey(environment: Environment): boolean {
  return environment.accessKeyId !== undefined || environment.secretAccessKey !== undefined;
}

function nameOf(environment: Environment): string {
  return hasKey(environment) ? 'environment' : profileOf(environment);
}

function profileOf(environment: Environment): string {
  return environment.profile ?? 'default';
}

function environmentId(environment: Environment): ConnectionId {
  const { endpointUrl, region, accessKeyId, verifyTls, caBundle } = environment;
  const identity = hasKey(environment) ? ['key', accessKeyId ?? ''] : ['profile', profileOf(environment)];
  const text = JSON.stringify([endpointUrl ?? '', region ?? '', ...identity, verifyTls, caBundle ?? '']);
  return connectionIdSchema.parse(idPrefix + createHash('sha256').update(text).digest('hex').slice(0, 20));
}
