/** Of an ini file: `name = value`; what is nested below a name is `name.nested`. */
export type Section = Readonly<Record<string, string | undefined>>;
type Sections = Readonly<Record<string, Section>>;

/** Both AWS files, as the SDK reads them: `services.NAME` and `sso-session.NAME` stand beside the profiles. */
export type ParsedFiles = { readonly config: Sections; readonly credentials: Sections };

/** How a profile comes by its credentials. `none`: nothing in it says how. */
export type SignInWay =
  | 'accessKey'
  | 'sourceProfile'
  | 'credentialSource'
  | 'webIdentity'
  | 'process'
  | 'sso'
  | 'login'
  | 'none';

/** Pure. The names of all profiles, `default` first, then sorted. */
export function profileNames(files: ParsedFiles): string[] {
  const names = new Set([...Object.keys(files.config), ...Object.keys(files.credentials)]);
  const order = (name: string) => (name === 'default' ? 0 : 1);
  return [...names]
    .filter((name) => !/^(sso-session|services)\./.test(name))
    .sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
}

/** Pure. What both files say of a profile; the credentials file wins, as in the SDK. Null when neither has it. */
export function profileSection(files: ParsedFiles, profile: string): Section | null {
  const config = own(files.config, profile);
  const credentials = own(files.credentials, profile);
  return config === null && credentials === null ? null : { ...config, ...credentials };
}

/** Pure. Null when the config file has no such section. */
export function sectionOfConfig(files: ParsedFiles, kind: 'sso-session' | 'services', name: string): Section | null {
  return own(files.config, `${kind}.${name}`);
}

/** Pure. The region that signs for the profile: the config file's, else the credentials file's. */
export function regionOfSections(files: ParsedFiles, profile: string): string | null {
  return own(files.config, profile)?.['region'] ?? own(files.credentials, profile)?.['region'] ?? null;
}

/**
 * Pure. The way the SDK takes, in its order. `isSource`: another profile's role is assumed with this one; then its access
 * key comes before a role of its own.
 */
export function wayOfSection(section: Section, isSource: boolean): SignInWay {
  const hasKeys = section['aws_access_key_id'] !== undefined && section['aws_secret_access_key'] !== undefined;
  const [source, place] = [section['source_profile'], section['credential_source']];
  if (isSource && hasKeys) return 'accessKey';
  if (section['role_arn'] !== undefined) {
    if (source !== undefined && place === undefined) return 'sourceProfile';
    if (place !== undefined && source === undefined) return 'credentialSource';
  } else if (isSource && place !== undefined) return 'credentialSource';
  if (hasKeys) return 'accessKey';
  if (section['web_identity_token_file'] !== undefined && section['role_arn'] !== undefined) return 'webIdentity';
  if (section['credential_process'] !== undefined) return 'process';
  if (ssoNames.some((name) => section[name] !== undefined)) return 'sso';
  return section['login_session'] === undefined ? 'none' : 'login';
}
const ssoNames = ['sso_session', 'sso_start_url', 'sso_account_id', 'sso_region', 'sso_role_name'];

export type ProfileChain = {
  /** The profile itself, then its source profile, that one's, and so on. */
  readonly profiles: readonly string[];
  /** Of the last one. `loop`: the source profiles lead back to one of them. `missing`: the files do not have it. */
  readonly end: Exclude<SignInWay, 'sourceProfile'> | 'loop' | 'missing';
};

/** Pure. The profiles whose sections make the credentials of this one. Ends, whatever the files say. */
export function chainOfProfile(files: ParsedFiles, profile: string): ProfileChain {
  const profiles = [profile];
  for (let current = profile; ; ) {
    const section = profileSection(files, current);
    if (section === null) return { profiles, end: 'missing' };
    const way = wayOfSection(section, profiles.length > 1);
    if (way !== 'sourceProfile') return { profiles, end: way };
    const source = section['source_profile'] ?? '';
    if (profiles.includes(source)) {
      // A role may be assumed with the keys that stand in its own section.
      const own = profileSection(files, source);
      const hasKeys = own !== null && wayOfSection(own, true) === 'accessKey';
      return hasKeys ? { profiles: [...profiles, source], end: 'accessKey' } : { profiles, end: 'loop' };
    }
    profiles.push(source);
    current = source;
  }
}

function own(sections: Sections, name: string): Section | null {
  return Object.hasOwn(sections, name) ? (sections[name] ?? null) : null;
}
