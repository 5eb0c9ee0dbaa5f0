import type { ProfileSummary } from '../../../shared/domain/aws-profile.ts';
import { type AwsFiles, readAwsFiles } from './aws-files.ts';
import { authOfProfile } from './import-profile.ts';
import { endpointOfProfile } from './profile-endpoints.ts';
import {
  type ParsedFiles,
  profileNames,
  profileSection,
  regionOfSections,
  type Section,
  type SignInWay,
  wayOfSection,
} from './profile-sections.ts';

/** All profiles of both files, `default` first, then by name; without their secrets. Empty when there are no files. */
export async function listProfiles(files?: AwsFiles): Promise<ProfileSummary[]> {
  const parsed = await readAwsFiles(files);
  return profileNames(parsed).map((name) => summaryOf(parsed, name));
}

const kindByWay: Readonly<Record<SignInWay, ProfileSummary['kind']>> = {
  accessKey: 'accessKey',
  sourceProfile: 'role',
  credentialSource: 'role',
  webIdentity: 'role',
  process: 'process',
  sso: 'sso',
  login: 'unknown',
  none: 'unknown',
};

function summaryOf(files: ParsedFiles, name: string): ProfileSummary {
  const section = profileSection(files, name) ?? {};
  const way = wayOfSection(section, false);
  return {
    name,
    kind: kindByWay[way],
    region: regionOfSections(files, name),
    detail: detailOf(section, way),
    endpointUrl: endpointOfProfile(files, name, 's3', {}),
    canImport: authOfProfile(files, name).ok,
  };
}

function detailOf(section: Section, way: SignInWay): string {
  switch (way) {
    case 'accessKey':
      return section['aws_access_key_id'] ?? '';
    case 'process':
      return programOf(section['credential_process'] ?? '');
    case 'sso':
      return [section['sso_account_id'], section['sso_role_name']].filter(Boolean).join(' / ');
    case 'login':
      return section['login_session'] ?? '';
    case 'sourceProfile':
    case 'credentialSource':
    case 'webIdentity':
    case 'none':
      return section['role_arn'] ?? '';
    default:
      return way satisfies never;
  }
}

/** Only the program: what it is called with may be a secret. */
function programOf(command: string): string {
  const [, quoted, plain] = /^\s*(?:"([^"]*)"|(\S*))/.exec(command) ?? [];
  return quoted ?? plain ?? '';
}
