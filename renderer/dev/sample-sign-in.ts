import type { EngineAnswers } from '../../test/fakes/fake-engine-client.ts';
import type { AuthView } from '../../shared/domain/auth.ts';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';

const account = '123456789012';
const roleArn = `arn:aws:iam::${account}:role/finance-archive`;
const mfaSerial = `arn:aws:iam::${account}:mfa/kim`;
const anywhere = `arn:aws:rolesanywhere:eu-central-1:${account}`;

const roleAuth: AuthView = {
  type: 'role',
  roleArn,
  externalId: 'brigade-user-481516234207',
  durationSeconds: 3600,
  mfaSerial,
  base: { type: 'accessKey', accessKeyId: 'AKIDEXAMPLE', hasSessionToken: false },
};
const rolesAnywhereAuth: AuthView = {
  type: 'rolesAnywhere',
  profileArn: `${anywhere}:profile/0b2f6a51-3d3c-4c79-9a55-6f1d8a1f2b10`,
  roleArn,
  trustAnchorArn: `${anywhere}:trust-anchor/7d1c2a34-91be-4f0e-8f6b-2f1f5c9d7e21`,
  region: 'eu-central-1',
  sessionName: 'finance-scans',
  durationSeconds: 3600,
  certificate: {
    subject: 'CN=finance-scans, O=Example',
    issuer: 'CN=Example CA',
    serial: '73128763821',
    notBeforeMs: Date.now() - 30 * 86_400_000,
    notAfterMs: Date.now() + 200 * 86_400_000,
    keyType: 'EC P-256',
    chainCount: 1,
  },
};
const ssoProfile: AuthView = { type: 'profile', profile: 'finance-sso' };

/** What the first connection is like in the scenes that are about signing in. */
export const signInScenes: Readonly<Record<string, Partial<ConnectionView>>> = {
  'user-with-key': { restrictToBucket: 'finance-eu', restrictToPath: 'in/2026/' },
  role: { auth: roleAuth, restrictToBucket: 'finance-eu', restrictToPath: 'in/2026/' },
  'roles-anywhere': { auth: rolesAnywhereAuth },
  mfa: { auth: roleAuth, status: { state: 'needsYou', error: appError('MfaNeeded', { mfaSerial }) } },
  'sso-allowed': { auth: ssoProfile },
  'sso-waiting': ssoNeeded(),
  'sso-expired': ssoNeeded(),
  'sso-denied': ssoNeeded(),
};

function ssoNeeded(): Partial<ConnectionView> {
  return {
    auth: ssoProfile,
    status: { state: 'needsYou', error: appError('SsoSignInNeeded', { profile: 'finance-sso' }) },
  };
}

/** Signing in, and files of connections, as the scene wants it: codes are refused, and nobody confirms. */
export function sampleSignIn(scene: string, connections: () => readonly ConnectionView[]): EngineAnswers {
  return {
    'connections.callerArn': () => ok({ arn: `arn:aws:iam::${account}:user/kim` }),
    'connections.signIn': () => err(appError('MfaRefused', { mfaSerial })),
    'profiles.startSignIn': () =>
      ok({
        signInId: 'sign-in-1',
        verificationUrl: 'https://device.sso.eu-central-1.amazonaws.com/?user_code=QKTR-WMVH',
        userCode: 'QKTR-WMVH',
        expiresMs: Date.now() + 590_000,
      }),
    'profiles.awaitSignIn': () => {
      if (scene === 'sso-allowed') return ok({});
      if (scene === 'sso-waiting') return new Promise<never>(() => undefined);
      return err(appError(scene === 'sso-denied' ? 'SsoSignInDenied' : 'SsoSignInExpired'));
    },
    'profiles.cancelSignIn': () => ok({}),
    'connections.import': () =>
      ok({
        added: connections()
          .filter(({ kind }) => kind === 'server')
          .slice(0, 2),
        refused: [{ name: 'Old server', reason: 'endpointUrl: Write it as https://host or http://host:port.' }],
      }),
    'connections.export': () => ok({ text: '{"connections":[]}' }),
  };
}
