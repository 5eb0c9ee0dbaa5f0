import { createHash } from 'node:crypto';
import type { Environment } from '../../shared/contract/connection-commands.ts';
import {
  type AccessKeyAuth,
  type Auth,
  type AuthView,
  type RoleAuth,
  type RolesAnywhereAuth,
  withoutKeyMaterial,
} from '../../shared/domain/auth.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { appError } from '../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../shared/result.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import { assumeRole } from './assume-role.ts';
import { needsSecret, wholeAuth } from './auth-record.ts';
import type { CredentialCache, CredentialLoader } from './credential-cache.ts';
import type { AwsFiles } from './profiles/aws-files.ts';
import { loadProfile } from './profiles/load-profile.ts';
import { profileCacheKey } from './profiles/profile-key.ts';
import { checkCertificate } from './roles-anywhere/check-certificate.ts';
import { createRolesAnywhereSession } from './roles-anywhere/create-session.ts';
import type { Vault } from './vault/vault.ts';

/** Every way to sign in: what a person typed, the same once saved, and what a command brings along. */
export type CredentialAuth = Auth | SavedAuth | { readonly type: 'environment'; readonly environment: Environment };

/** As it was when its connection was opened. */
export type SavedAuth = {
  readonly type: 'saved';
  readonly auth: AuthView;
  readonly secretId: string;
  /** It may be edited meanwhile: what is in the vault then belongs to what it is now. Left out where that cannot be. */
  readonly now?: {
    /** Another after each edit; cheap. */
    revision(): number;
    /** Null once it was removed. */
    auth(): AuthView | null;
  };
};

/** What of a connection decides where it signs in. */
export type SignInPlace = {
  readonly region: string | null;
  /** Null: Amazon. A server of one's own is asked for roles itself; Amazon's STS never is then. */
  readonly endpointUrl: string | null;
  readonly tls: { readonly verify: boolean; readonly caBundle?: string | undefined };
};

export type CredentialDeps = {
  readonly vault: Pick<Vault, 'get'>;
  readonly clock: Clock;
  readonly cache: CredentialCache;
  /** Where the AWS files are; the AWS tools' own places (and AWS_CONFIG_FILE …) when left out. */
  readonly awsFiles?: AwsFiles | undefined;
};

const defaultRegion = 'us-east-1';

/**
 * How to get credentials for an authorization. Loads fail with CredentialsMissing when there is nothing to sign with, what
 * the vault says when it cannot be opened, MfaNeeded and SsoSignInNeeded when a person must come, and what STS and Roles
 * Anywhere refuse.
 */
export function createCredentialLoader(
  auth: CredentialAuth,
  place: SignInPlace,
  deps: CredentialDeps,
): CredentialLoader {
  switch (auth.type) {
    case 'accessKey':
      return accessKeyLoader(auth);
    case 'profile':
      return profileLoader(auth.profile, place, deps, place.endpointUrl);
    case 'role':
      return roleLoader(auth, place, deps);
    case 'rolesAnywhere':
      return rolesAnywhereLoader(auth, place, deps);
    case 'saved':
      return savedLoader(auth, place, deps);
    case 'environment':
      return environmentLoader(auth.environment, place, deps);
    default:
      return assertNever(auth);
  }
}

/** Who takes the role, or whoever signs in where there is none. */
export function createBaseLoader(auth: Auth, place: SignInPlace, deps: CredentialDeps): CredentialLoader {
  return createCredentialLoader(auth.type === 'role' ? auth.base : auth, place, deps);
}

function accessKeyLoader({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: Omit<AccessKeyAuth, 'type'>): CredentialLoader {
  const key = JSON.stringify(['accessKey', accessKeyId, digestOf([secretAccessKey, sessionToken ?? ''])]);
  return {
    keeps: false,
    cacheKey: async () => ok(key),
    load: async () => ok({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }),
  };
}

function roleLoader(auth: RoleAuth, place: SignInPlace, deps: CredentialDeps): CredentialLoader {
  const { roleArn, externalId = '', sessionName = '', durationSeconds, mfaSerial } = auth;
  const endpointUrl = auth.stsEndpointUrl ?? place.endpointUrl;
  const region = place.region ?? defaultRegion;
  const base = createBaseLoader(auth, place, deps);
  return {
    keeps: false,
    async cacheKey(anew) {
      const baseKey = await base.cacheKey(anew);
      if (!baseKey.ok) return baseKey;
      const settings = [roleArn, externalId, sessionName, durationSeconds, mfaSerial ?? '', endpointUrl ?? '', region];
      return ok(JSON.stringify(['role', ...settings, baseKey.value]));
    },
    async load({ mfaCode }) {
      const request = { roleArn, externalId, sessionName, durationSeconds, region, endpointUrl, mfaSerial, mfaCode };
      const takeRole = (caller: SigningCredentials) =>
        assumeRole(caller, request, { clock: deps.clock, tls: place.tls });
      // A profile may ask for a code itself; where the role does too it is the role's, since a code works once.
      let caller = await deps.cache.get(base, mfaSerial === undefined ? { mfaCode } : {});
      if (!caller.ok) return caller;
      let assumed = await takeRole(caller.value);
      if (!assumed.ok && assumed.error.retry === 'reauth') {
        caller = await deps.cache.get(base, { rejected: caller.value });
        if (!caller.ok) return caller;
        assumed = await takeRole(caller.value);
      }
      if (!assumed.ok) return assumed;
      const { shortenedToSeconds, ...credentials } = assumed.value;
      return ok({ ...credentials, ...(shortenedToSeconds === undefined ? {} : { remark: 'shortened' }) });
    },
  };
}

function rolesAnywhereLoader(auth: RolesAnywhereAuth, place: SignInPlace, deps: CredentialDeps): CredentialLoader {
  const { certificatePem, privateKeyPem } = auth;
  const settings = withoutKeyMaterial(auth);
  const key = JSON.stringify(['rolesAnywhere', settings, digestOf([certificatePem ?? '', privateKeyPem ?? ''])]);
  return {
    keeps: false,
    cacheKey: async () => ok(key),
    async load() {
      if (certificatePem === undefined) return err(appError('CertificateMissing'));
      if (privateKeyPem === undefined) return err(appError('PrivateKeyMissing'));
      const checked = checkCertificate(certificatePem, privateKeyPem, deps.clock.nowMs());
      if (!checked.ok) return checked;
      const session = await createRolesAnywhereSession(
        settings,
        { certificatePem, privateKeyPem },
        { clock: deps.clock, tls: place.tls },
      );
      if (!session.ok) return session;
      const { accessKeyId, secretAccessKey, sessionToken, expiresMs, sessionNameSent } = session.value;
      const remark = sessionNameSent ? undefined : 'unnamedSession';
      return ok({ accessKeyId, secretAccessKey, sessionToken, expiresMs, remark });
    },
  };
}

/**
 * Read from the vault when it is asked for and not kept: what is in memory is the credentials of the cache, which alone
 * are kept for the next start. Whoever has the connection open goes on with what it has become by an edit, never with the
 * old key's id and the new one's secret.
 */
function savedLoader(saved: SavedAuth, place: SignInPlace, deps: CredentialDeps): CredentialLoader {
  /** Where nothing of it is secret, for as long as it is not edited: it may know the files it reads. */
  let open: { readonly loader: CredentialLoader; readonly revision: number | undefined } | null = null;
  let known: { readonly key: string; readonly revision: number | undefined } | null = null;

  async function whole(): Promise<Result<CredentialLoader>> {
    const revision = saved.now?.revision();
    if (open !== null && open.revision === revision) return ok(open.loader);
    const auth = saved.now === undefined ? saved.auth : saved.now.auth();
    if (auth === null) return err(appError('CredentialsMissing'));
    const isSecret = needsSecret(auth);
    const secret = isSecret ? await deps.vault.get(saved.secretId) : ok({});
    const complete = secret.ok ? wholeAuth(auth, secret.value) : secret;
    if (!complete.ok) return complete;
    const loader = createCredentialLoader(complete.value, place, deps);
    open = isSecret ? null : { loader, revision };
    return ok(loader);
  }

  return {
    keeps: saved.auth.type !== 'accessKey',
    async cacheKey(anew) {
      const revision = saved.now?.revision();
      if (known !== null && known.revision === revision && open === null && !anew) return ok(known.key);
      const loader = await whole();
      if (!loader.ok) return loader;
      const made = await loader.value.cacheKey(anew);
      if (made.ok) known = { key: made.value, revision };
      return made;
    },
    async load(options) {
      const loader = await whole();
      return loader.ok ? loader.value.load(options) : loader;
    },
  };
}

/**
 * The command's own keys, else its profile, else the default profile. Half a key pair is a mistake to tell, not a
 * reason to sign as somebody else. Nothing of an environment outlives the process.
 */
function environmentLoader(environment: Environment, place: SignInPlace, deps: CredentialDeps): CredentialLoader {
  const { accessKeyId, secretAccessKey, sessionToken, profile } = environment;
  if (accessKeyId && secretAccessKey) return accessKeyLoader({ accessKeyId, secretAccessKey, sessionToken });
  if (accessKeyId || secretAccessKey) {
    const missing = accessKeyId ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID';
    return {
      keeps: false,
      cacheKey: async () => ok(JSON.stringify(['environment', missing])),
      load: async () => err(appError('CredentialsMissing', { missing }, `${missing} is not set.`)),
    };
  }
  // As aws-cli has it: an endpoint on the command line is that of S3, and the profile's role is Amazon's.
  return profileLoader(profile ?? 'default', place, deps, null);
}

/** How long the AWS files are taken to be as they were: other programs write them, and each request asks. */
const filesAreFreshMs = 5000;

/** A profile of the AWS files, in every form they have (keys, role, SSO, process). */
function profileLoader(
  profile: string,
  place: SignInPlace,
  deps: CredentialDeps,
  /** Of a profile that names none itself; null: Amazon's. */
  stsEndpointUrl: string | null,
): CredentialLoader {
  let read: { readonly key: string; readonly atMs: number } | null = null;
  return {
    keeps: false,
    async cacheKey(anew) {
      const nowMs = deps.clock.nowMs();
      if (read === null || anew || nowMs - read.atMs >= filesAreFreshMs) {
        read = { key: await profileCacheKey(profile, deps.awsFiles), atMs: nowMs };
      }
      return ok(JSON.stringify(['profile', read.key, stsEndpointUrl ?? '']));
    },
    load: ({ mfaCode }): Promise<Result<SigningCredentials>> =>
      loadProfile(profile, {
        files: deps.awsFiles,
        mfaCode,
        region: place.region ?? undefined,
        stsEndpointUrl,
        tls: place.tls,
      }),
  };
}

function digestOf(secrets: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(secrets)).digest('hex');
}
