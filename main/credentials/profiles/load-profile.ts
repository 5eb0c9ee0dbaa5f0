import { getDefaultRoleAssumer, getDefaultRoleAssumerWithWebIdentity } from '@aws-sdk/client-sts';
import { fromIni, fromSSO } from '@aws-sdk/credential-providers';
import { appError, AppErrorException, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { SigningCredentials } from '../../s3/data-plane/transport.ts';
import { withoutSentSecrets } from '../sts-client.ts';
import { type AwsFiles, readAwsFiles, sdkFileOptions } from './aws-files.ts';
import { endpointOfProfile } from './profile-endpoints.ts';
import { mapProviderFailure, mapRoleFailure, mapSsoFailure } from './profile-errors.ts';
import {
  chainOfProfile,
  type ParsedFiles,
  profileSection,
  regionOfSections,
  type Section,
  wayOfSection,
} from './profile-sections.ts';
import type { SignInTls } from '../sign-in-transport.ts';
import { createSignInWire, type SignInWire } from './sign-in-wire.ts';
import { ssoSettings } from './sso-settings.ts';

export type LoadProfileOptions = {
  readonly files?: AwsFiles | undefined;
  /** What the MFA device shows, for a role that asks for it. Each code works once. */
  readonly mfaCode?: string | undefined;
  /** Signs the requests to STS for a profile that names no region itself. */
  readonly region?: string | undefined;
  /** Where roles are assumed for a profile that names no endpoint itself; null or left out: Amazon's STS. */
  readonly stsEndpointUrl?: string | null | undefined;
  readonly tls?: SignInTls | undefined;
};

type Identity = Awaited<ReturnType<ReturnType<typeof fromIni>>>;
type AssumeRole = ReturnType<typeof getDefaultRoleAssumer>;

/** Attempts of the SDK for one call. */
const maxAttempts = 3;

/**
 * The credentials of a profile, in every form the AWS files have (keys, role, web identity, program, sign-in in the
 * browser), by the SDK's own providers. The files are read anew each time, nothing is cached. Instance metadata is asked
 * only where a profile says so itself (`credential_source`).
 *
 * Errors: MfaNeeded and MfaRefused (mfaSerial, profile); SsoSignInNeeded; AssumeRoleDenied and RoleDurationTooLong (roleArn);
 * CredentialsMissing; what the network or STS says. None has a secret or the output of a program in it.
 */
export async function loadProfile(
  profile: string,
  options: LoadProfileOptions = {},
): Promise<Result<SigningCredentials>> {
  const parsed = await readAwsFiles(options.files);
  const needed = neededBefore(parsed, profile, options.mfaCode);
  if (needed !== null) return err(needed);
  const wire = createSignInWire(options.tls);
  const { end } = chainOfProfile(parsed, profile);
  try {
    const provide = end === 'sso' ? provideThroughSso : provideThroughIni;
    return ok(toSigningCredentials(await provide(profile, parsed, options, wire)));
  } catch (error) {
    return err(withProfile(mapProviderFailure(error, profile, end === 'process', wire), profile));
  } finally {
    wire.close();
  }
}

/** What is known to fail, without asking anybody. */
function neededBefore(files: ParsedFiles, profile: string, mfaCode: string | undefined): AppError | null {
  const { profiles, end } = chainOfProfile(files, profile);
  if (end === 'missing') {
    const name = profiles.at(-1) ?? profile;
    return appError('CredentialsMissing', { profile }, `The AWS files have no profile ${name}.`);
  }
  if (end === 'loop') {
    return appError('CredentialsMissing', { profile }, `The source profiles lead in a circle: ${profiles.join(', ')}.`);
  }
  if (end === 'sso') {
    const settings = ssoSettings(files, profile);
    if (!settings.ok) return settings.error;
    const section = profileSection(files, settings.value.profile);
    const missing = ['sso_account_id', 'sso_role_name'].find((name) => section?.[name] === undefined);
    const cause = `The profile ${settings.value.profile} has no ${missing}.`;
    if (missing !== undefined) return appError('CredentialsMissing', { profile }, cause);
  }
  if (mfaCode !== undefined) return null;
  // The SDK asks for the code while the source credentials are on their way, and leaves them without a listener.
  for (const name of profiles) {
    const section = profileSection(files, name) ?? {};
    const way = wayOfSection(section, name !== profile);
    const mfaSerial = section['mfa_serial'];
    if (mfaSerial !== undefined && (way === 'sourceProfile' || way === 'credentialSource')) {
      return appError('MfaNeeded', { mfaSerial, profile, roleArn: section['role_arn'] });
    }
  }
  return null;
}

function provideThroughIni(
  profile: string,
  parsed: ParsedFiles,
  options: LoadProfileOptions,
  wire: SignInWire,
): Promise<Identity> {
  const { files, mfaCode } = options;
  const sts = stsOptions(profile, parsed, options, wire);
  const provide = fromIni({
    profile,
    ...sdkFileOptions(files),
    ...(mfaCode === undefined ? {} : { mfaCodeProvider: async () => mfaCode }),
    roleAssumer: roleAssumer(sts, wire),
    roleAssumerWithWebIdentity: (params) =>
      getDefaultRoleAssumerWithWebIdentity(sts)(params).catch((error: unknown) => {
        throw new AppErrorException(mapRoleFailure(error, { roleArn: params.RoleArn, region: sts.region }, wire));
      }),
    clientConfig: clientOptions(wire),
    parentClientConfig: { region: sts.region, requestHandler: wire.requestHandler },
  });
  return provide();
}

/**
 * The SDK's ini provider leaves the places of the files out when it comes to a sign-in in the browser, so its provider for
 * that is called directly, and the roles that build on it are assumed from the last to the first.
 */
async function provideThroughSso(
  profile: string,
  parsed: ParsedFiles,
  options: LoadProfileOptions,
  wire: SignInWire,
): Promise<Identity> {
  const { files, mfaCode } = options;
  const { profiles } = chainOfProfile(parsed, profile);
  const signedIn = profiles.at(-1) ?? profile;
  // One endpoint for both services, the portal and OIDC: the SDK's provider takes no other.
  const endpoint = endpointOfProfile(parsed, signedIn, 'sso', process.env);
  let identity: Identity;
  try {
    identity = await fromSSO({
      profile: signedIn,
      ...sdkFileOptions(files),
      clientConfig: { ...clientOptions(wire), ...(endpoint === null ? {} : { endpoint }) },
    })();
  } catch (error) {
    throw new AppErrorException(mapSsoFailure(error, profile, wire));
  }
  const assumeRole = roleAssumer(stsOptions(profile, parsed, options, wire), wire);
  for (const name of profiles.slice(0, -1).toReversed()) {
    identity = await assumeRole(identity, roleParams(profileSection(parsed, name) ?? {}, mfaCode));
  }
  return identity;
}

function roleParams(section: Section, mfaCode: string | undefined): Parameters<AssumeRole>[1] {
  const serial = section['mfa_serial'];
  return {
    RoleArn: section['role_arn'],
    RoleSessionName: section['role_session_name'] ?? `bucket-brigade-${Date.now()}`,
    ExternalId: section['external_id'],
    DurationSeconds: Number.parseInt(section['duration_seconds'] ?? '3600', 10),
    ...(serial === undefined ? {} : { SerialNumber: serial, TokenCode: mfaCode }),
  };
}

function roleAssumer(sts: StsOptions, wire: SignInWire): AssumeRole {
  const assumeRole = getDefaultRoleAssumer(sts);
  return (source, params) =>
    assumeRole(source, params).catch((error: unknown) => {
      const role = { roleArn: params.RoleArn, mfaSerial: params.SerialNumber, region: sts.region };
      const codes = params.TokenCode ? [params.TokenCode] : [];
      throw new AppErrorException(withoutSentSecrets(mapRoleFailure(error, role, wire), source, codes));
    });
}

type StsOptions = ReturnType<typeof stsOptions>;

function stsOptions(
  profile: string,
  files: ParsedFiles,
  { region, stsEndpointUrl = null }: LoadProfileOptions,
  wire: SignInWire,
) {
  const endpoint = endpointOfProfile(files, profile, 'sts', process.env) ?? stsEndpointUrl;
  return {
    ...clientOptions(wire),
    profile,
    region: regionOfSections(files, profile) ?? region ?? process.env['AWS_REGION'] ?? 'us-east-1',
    ...(endpoint === null ? {} : { endpoint }),
  };
}

function clientOptions({ requestHandler }: SignInWire) {
  return {
    requestHandler,
    maxAttempts,
    retryMode: 'standard',
    // `auto` would ask instance metadata for the region.
    defaultsMode: 'standard' as const,
    // Those of the profile are given by name; the SDK would take another profile's.
    ignoreConfiguredEndpointUrls: true,
    customUserAgent: 'bucket-brigade',
  };
}

function toSigningCredentials({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  expiration,
}: Identity): SigningCredentials {
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken ? { sessionToken } : {}),
    ...(expiration ? { expiresMs: expiration.getTime() } : {}),
  };
}

const withProfile = (error: AppError, profile: string): AppError => ({
  ...error,
  context: { profile, ...error.context },
});
