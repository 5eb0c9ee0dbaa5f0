import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { chainOfProfile, type ParsedFiles, profileSection, sectionOfConfig } from './profile-sections.ts';

export type SsoSettings = {
  /** The profile that signs in: the one asked for, or the last of its source profiles. */
  readonly profile: string;
  /** Null: the settings stand in the profile itself, and the token is kept by the start URL. */
  readonly sessionName: string | null;
  readonly startUrl: string;
  readonly region: string;
  /** Empty: there will be no refresh token. */
  readonly scopes: readonly string[];
};

/**
 * Pure. How a profile signs in with IAM Identity Center, also as the source of a role. CredentialsMissing when it does not,
 * or when a setting is missing (which one is the cause).
 */
export function ssoSettings(files: ParsedFiles, profile: string): Result<SsoSettings> {
  const chain = chainOfProfile(files, profile);
  const last = chain.profiles.at(-1) ?? profile;
  const section = profileSection(files, last);
  const missing = (reason: string) => err(appError('CredentialsMissing', { profile }, reason));
  if (section === null || chain.end !== 'sso') return missing('The profile has no sign-in in the browser.');
  const sessionName = section['sso_session'] ?? null;
  const session = sessionName === null ? section : sectionOfConfig(files, 'sso-session', sessionName);
  if (session === null) return missing(`The config file has no section [sso-session ${sessionName}].`);
  const [startUrl, region] = [session['sso_start_url'], session['sso_region']];
  const place = sessionName === null ? `profile ${last}` : `section [sso-session ${sessionName}]`;
  if (startUrl === undefined) return missing(`The ${place} has no sso_start_url.`);
  if (region === undefined) return missing(`The ${place} has no sso_region.`);
  const scopes = (session['sso_registration_scopes'] ?? '')
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
  return ok({ profile: last, sessionName, startUrl, region, scopes: sessionName === null ? [] : scopes });
}
