import { type Auth, authSchema, defaultDurationSeconds } from '../../../shared/domain/auth.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { type AwsFiles, readAwsFiles } from './aws-files.ts';
import { type ParsedFiles, profileSection, type Section, wayOfSection } from './profile-sections.ts';

/**
 * What of a profile can be copied into a connection, which then no longer needs the files: its keys, or its role with the
 * keys of its source profile. CredentialsMissing when there is nothing to copy (with the reason as cause), InvalidInput
 * when what is there is not what AWS takes.
 */
export async function importProfile(profile: string, files?: AwsFiles): Promise<Result<Auth>> {
  return authOfProfile(await readAwsFiles(files), profile);
}

/** Pure; see `importProfile`. */
export function authOfProfile(files: ParsedFiles, profile: string): Result<Auth> {
  const section = profileSection(files, profile);
  if (section === null) return missing(profile, 'The files have no such profile.');
  const way = wayOfSection(section, false);
  switch (way) {
    case 'accessKey':
      return checked(profile, keysOf(section));
    case 'sourceProfile': {
      const source = profileSection(files, section['source_profile'] ?? '');
      if (source === null || wayOfSection(source, true) !== 'accessKey') {
        return missing(profile, 'The source profile of its role has no access key that can be copied.');
      }
      return checked(profile, roleOf(section, source));
    }
    case 'credentialSource':
    case 'webIdentity':
      return missing(profile, 'Its role is assumed with what this machine is given, and that cannot be copied.');
    case 'process':
      return missing(profile, 'Its credentials come from a program and cannot be copied.');
    case 'sso':
    case 'login':
      return missing(profile, 'Its credentials come from a sign-in in the browser and cannot be copied.');
    case 'none':
      return missing(profile, 'Nothing in it says how to sign in.');
    default:
      return way satisfies never;
  }
}

function keysOf(section: Section): object {
  const sessionToken = section['aws_session_token'];
  return {
    type: 'accessKey',
    accessKeyId: section['aws_access_key_id'],
    secretAccessKey: section['aws_secret_access_key'],
    ...(sessionToken ? { sessionToken } : {}),
  };
}

function roleOf(section: Section, source: Section): object {
  const given = {
    externalId: section['external_id'],
    sessionName: section['role_session_name'],
    mfaSerial: section['mfa_serial'],
  };
  return {
    type: 'role',
    roleArn: section['role_arn'],
    base: keysOf(source),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    durationSeconds: Number(section['duration_seconds'] ?? defaultDurationSeconds),
  };
}

function checked(profile: string, auth: object): Result<Auth> {
  const parsed = authSchema.safeParse(auth);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  // Names of fields and what is wrong with them; values, which may be secrets, are not in there.
  return err(appError('InvalidInput', { field: issue?.path.join('.'), reason: issue?.message, profile }));
}

const missing = (profile: string, reason: string) => err(appError('CredentialsMissing', { profile }, reason));
