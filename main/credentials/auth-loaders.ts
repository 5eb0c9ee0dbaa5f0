import { createHash } from 'node:crypto';
import { fromIni } from '@aws-sdk/credential-providers';
import { loadSharedConfigFiles } from '@smithy/core/config';
import type { Environment } from '../../shared/contract/commands.ts';
import type { Auth } from '../../shared/domain/auth.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { appError } from '../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../shared/result.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import { cacheCredentials, type CredentialLoader, type CredentialProvider } from './credential-provider.ts';
import type { Vault } from './vault/vault.ts';

/** Every way to sign in: what a person typed, the same once saved, and what a command brings along. */
export type CredentialAuth =
  | Auth
  | { readonly type: 'savedAccessKey'; readonly accessKeyId: string; readonly secretId: string }
  | { readonly type: 'environment'; readonly environment: Environment };

export type CredentialDeps = {
  readonly vault: Pick<Vault, 'get'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Where the AWS files are; the AWS tools' own places (and AWS_CONFIG_FILE …) when left out. */
  readonly awsFiles?: AwsFiles | undefined;
};

export type AwsFiles = { readonly credentialsFile: string; readonly configFile: string };

/** CredentialsMissing when there is nothing to sign with, or what the vault says when it cannot be opened. */
export function createCredentialProvider(auth: CredentialAuth, deps: CredentialDeps): CredentialProvider {
  return cacheCredentials(createCredentialLoader(auth, deps), deps.clock);
}

export function createCredentialLoader(auth: CredentialAuth, deps: CredentialDeps): CredentialLoader {
  switch (auth.type) {
    case 'accessKey':
      return typedAccessKey(auth);
    case 'savedAccessKey':
      return {
        cacheKey: JSON.stringify(['savedAccessKey', auth.secretId, auth.accessKeyId]),
        load: () => loadSaved(auth, deps.vault),
      };
    case 'profile':
      return profileLoader(auth.profile, deps.awsFiles);
    case 'environment':
      return environmentLoader(auth.environment, deps.awsFiles);
    default:
      return assertNever(auth);
  }
}

function typedAccessKey(key: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}): CredentialLoader {
  const { accessKeyId, secretAccessKey, sessionToken } = key;
  const digest = createHash('sha256')
    .update(JSON.stringify([secretAccessKey, sessionToken]))
    .digest('hex');
  return {
    cacheKey: JSON.stringify(['accessKey', accessKeyId, digest]),
    load: async () => ok({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }),
  };
}

async function loadSaved(
  { accessKeyId, secretId }: { readonly accessKeyId: string; readonly secretId: string },
  vault: Pick<Vault, 'get'>,
): Promise<Result<SigningCredentials>> {
  const secret = await vault.get(secretId);
  if (!secret.ok) return secret;
  const { secretAccessKey, sessionToken } = secret.value;
  if (secretAccessKey === undefined) return err(appError('CredentialsMissing', { secretId }));
  return ok({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
}

/**
 * The command's own keys, else its profile, else the default profile. Half a key pair is a mistake to tell, not a
 * reason to sign as somebody else.
 */
function environmentLoader(environment: Environment, files: AwsFiles | undefined): CredentialLoader {
  const { accessKeyId, secretAccessKey, sessionToken, profile } = environment;
  if (accessKeyId && secretAccessKey) return typedAccessKey({ accessKeyId, secretAccessKey, sessionToken });
  if (accessKeyId || secretAccessKey) {
    const missing = accessKeyId ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID';
    return {
      cacheKey: JSON.stringify(['environment', missing]),
      load: async () => err(appError('CredentialsMissing', { missing }, `${missing} is not set.`)),
    };
  }
  return profileLoader(profile ?? 'default', files);
}

/**
 * A profile of the AWS config and credentials files, in every form they have (keys, role, SSO, process). The files are
 * read anew each time: other tools write them. Instance metadata is asked only where a profile says so itself.
 */
function profileLoader(profile: string, files: AwsFiles | undefined): CredentialLoader {
  return {
    cacheKey: JSON.stringify(['profile', profile, files?.credentialsFile, files?.configFile]),
    load: async () => {
      try {
        const provide = fromIni({ profile, ignoreCache: true, ...pathsOf(files) });
        const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provide();
        return ok({
          accessKeyId,
          secretAccessKey,
          ...(sessionToken ? { sessionToken } : {}),
          ...(expiration ? { expiresMs: expiration.getTime() } : {}),
        });
      } catch (error) {
        return err(appError('CredentialsMissing', { profile }, error));
      }
    },
  };
}

/** The region a profile names, or null. Never fails: a profile without one is signed for the default region. */
export async function regionOfProfile(profile: string, files?: AwsFiles): Promise<string | null> {
  try {
    const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true, ...pathsOf(files) });
    return configFile[profile]?.['region'] ?? credentialsFile[profile]?.['region'] ?? null;
  } catch {
    return null;
  }
}

function pathsOf(files: AwsFiles | undefined): { filepath?: string; configFilepath?: string } {
  return files === undefined ? {} : { filepath: files.credentialsFile, configFilepath: files.configFile };
}
