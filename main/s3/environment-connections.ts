import { createHash } from 'node:crypto';
import type { Environment } from '../../shared/contract/commands.ts';
import { type ConnectionId, connectionIdSchema } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { ConnectionDetails, FindConnection } from './connection-opener.ts';
import type { CredentialSource } from './sdk-client.ts';

const idPrefix = 'env-';

export function isEnvironmentId(connectionId: string): boolean {
  return connectionId.startsWith(idPrefix);
}

/**
 * Connections of commands' environments: in memory only, for as long as the engine runs. The id tells the server, region
 * and identity but not the secrets, so that a job resumed later finds the connection when the environment is back.
 */
export function createEnvironmentConnections(
  profileCredentials: (profile: string) => CredentialSource,
  /** Of the profile in the AWS config file, when the environment names no region. */
  profileRegion: (profile: string) => Promise<string | null>,
): { use(environment: Environment): ConnectionId; readonly find: FindConnection } {
  const environments = new Map<string, Environment>();
  /** One for each profile: it owns a cache. */
  const profiles = new Map<string, CredentialSource>();

  const profileSource = (profile: string): CredentialSource => {
    let source = profiles.get(profile);
    if (source === undefined) {
      source = profileCredentials(profile);
      profiles.set(profile, source);
    }
    return source;
  };

  /** Reads the environment each time: a newer one with the same id brings newer secrets to whoever has it open. */
  const credentialsOf =
    (id: string): CredentialSource =>
    async (options) => {
      const environment = environments.get(id);
      if (environment === undefined) return err(appError('CredentialsMissing', { connectionId: id }));
      const { accessKeyId, secretAccessKey, sessionToken } = environment;
      if (accessKeyId !== undefined && secretAccessKey !== undefined) {
        return ok({ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) });
      }
      return profileSource(profileOf(environment))(options);
    };

  return {
    use(environment) {
      const id = environmentId(environment);
      environments.set(id, environment);
      return id;
    },
    async find(connectionId) {
      const environment = environments.get(connectionId);
      if (environment === undefined) return err(appError('CredentialsMissing', { connectionId }));
      const hasKey = environment.accessKeyId !== undefined && environment.secretAccessKey !== undefined;
      const region = environment.region ?? (hasKey ? null : await profileRegion(profileOf(environment)));
      const details: ConnectionDetails = {
        id: connectionId,
        name: hasKey ? 'environment' : profileOf(environment),
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
        credentials: credentialsOf(connectionId),
        restriction: null,
        downloadThreads: null,
        uploadThreads: null,
      };
      return ok(details);
    },
  };
}

function profileOf(environment: Environment): string {
  return environment.profile ?? 'default';
}

function environmentId(environment: Environment): ConnectionId {
  const { endpointUrl, region, accessKeyId, secretAccessKey, profile, verifyTls, caBundle } = environment;
  const identity =
    accessKeyId !== undefined && secretAccessKey !== undefined ? ['key', accessKeyId] : ['profile', profile];
  const text = JSON.stringify([endpointUrl ?? '', region ?? '', ...identity, verifyTls, caBundle ?? '']);
  return connectionIdSchema.parse(idPrefix + createHash('sha256').update(text).digest('hex').slice(0, 20));
}
