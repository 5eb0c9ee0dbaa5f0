import type { ConnectionView } from '../../shared/domain/connection.ts';
import type { AuthView, CertificateView } from '../../shared/domain/auth.ts';
import type { ProfileSummary } from '../../shared/domain/aws-profile.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { EngineAnswers } from '../../test/fakes/fake-engine-client.ts';

const dayMs = 86_400_000;
const roleArn = 'arn:aws:iam::123456789012:role/finance-archive';

const certificate = (daysLeft: number): CertificateView => ({
  subject: 'CN=finance-laptop-17,OU=Accounting,O=Example GmbH,C=DE',
  issuer: 'CN=Example Issuing CA 2,O=Example GmbH,C=DE',
  serial: '318742098471',
  notBeforeMs: Date.now() - 300 * dayMs,
  notAfterMs: Date.now() + daysLeft * dayMs + 3_600_000,
  keyType: 'EC P-256',
  chainCount: 1,
});
const rolesAnywhere = (of: CertificateView | null): AuthView => ({
  type: 'rolesAnywhere',
  profileArn: 'arn:aws:rolesanywhere:eu-central-1:123456789012:profile/5d0c7ad4-21c6-4d0e-9d3c-0b0b5a4b7d5e',
  roleArn,
  trustAnchorArn: 'arn:aws:rolesanywhere:eu-central-1:123456789012:trust-anchor/8a4e3a5e-7c43-4a55-9e3f-1f2d3c4b5a69',
  region: 'eu-central-1',
  sessionName: 'finance-laptop-17',
  durationSeconds: 3600,
  certificate: of,
});

/** The scenes that are about a way to sign in: the first connection has it. */
const auths: Readonly<Record<string, () => AuthView>> = {
  'saved-role': () => ({
    type: 'role',
    roleArn,
    externalId: 'brigade-user-481516234207',
    base: { type: 'accessKey', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', hasSessionToken: false },
    sessionName: 'finance archive',
    durationSeconds: 7200,
    mfaSerial: 'arn:aws:iam::123456789012:mfa/kim',
  }),
  'saved-roles-anywhere': () => rolesAnywhere(certificate(200)),
  'certificate-expiring': () => rolesAnywhere(certificate(12)),
  'certificate-expired': () => rolesAnywhere(certificate(-3)),
};

export const methodScenes: readonly string[] = [
  ...Object.keys(auths),
  'profiles-none',
  'profiles-unreadable',
  'test-mfa',
];

/** The first connection of a scene that is about a way to sign in. */
export function withSampleAuth(connection: ConnectionView, scene: string): ConnectionView {
  const auth = auths[scene];
  return auth ? { ...connection, pathStyle: false, auth: auth() } : connection;
}

const profile = (name: string, kind: ProfileSummary['kind'], detail: string, more: object = {}): ProfileSummary => ({
  name,
  kind,
  detail,
  region: null,
  endpointUrl: null,
  canImport: kind === 'accessKey' || kind === 'role',
  ...more,
});
const profiles: readonly ProfileSummary[] = [
  profile('default', 'accessKey', 'AKIAIOSFODNN7EXAMPLE', { region: 'eu-central-1' }),
  profile('finance-admin', 'role', roleArn, { region: 'eu-west-1' }),
  profile('finance-sso', 'sso', '123456789012 · AuditorAccess', { region: 'eu-central-1' }),
  profile('vault', 'process', '/usr/local/bin/vault-credentials'),
  profile('lab', 'accessKey', 'AKLAB', { endpointUrl: 'http://ceph.lab.example:7480' }),
  profile('old', 'unknown', ''),
];

export const sampleMethods = (scene: string): EngineAnswers => ({
  'connections.externalId': () => ok({ externalId: 'brigade-user-481516234207' }),
  'profiles.list': () =>
    scene === 'profiles-unreadable'
      ? err(appError('LocalAccessDenied', { path: '/home/kim/.aws/config' }))
      : ok({
          profiles: scene === 'profiles-none' ? [] : [...profiles],
          configFile: '/home/kim/.aws/config',
          credentialsFile: '/home/kim/.aws/credentials',
        }),
});
