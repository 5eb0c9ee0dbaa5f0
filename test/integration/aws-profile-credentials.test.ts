import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getSSOTokenFilepath } from '@smithy/core/config';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadProfile } from '../../main/credentials/profiles/load-profile.ts';
import { appErrorSchema } from '../../shared/errors.ts';
import { ok } from '../../shared/result.ts';
import { type FakeSso, startFakeSso } from '../fakes/fake-sso.ts';
import { startRecordingProxy } from './recording-proxy.ts';
import { startRoleServer } from './role-server.ts';

let folder: string;
let files: { credentialsFile: string; configFile: string };
let sts: Awaited<ReturnType<typeof startRoleServer>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'brigade-profile-'));
  files = { credentialsFile: join(folder, 'credentials'), configFile: join(folder, 'config') };
  sts = await startRoleServer();
  // The tokens of sign-ins lie in the home folder, wherever the two files are.
  vi.stubEnv('HOME', folder);
});
afterEach(async () => {
  await sts.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const arnOf = (role: string) => `arn:aws:iam::123456789012:role/${role}`;
const keys = '[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret-of-base\n';
const writeFiles = (config: string, credentials = keys) => {
  writeFileSync(files.configFile, `${config}\n[services local]\nsts =\n  endpoint_url = ${sts.url}\n`);
  writeFileSync(files.credentialsFile, credentials);
};
const role = (name: string, source: string, more = '') =>
  `[profile ${name}]\nrole_arn = ${arnOf(name)}\nsource_profile = ${source}\nservices = local\n${more}\n`;
const ofRole = (name: string) =>
  ok({
    accessKeyId: `ASIA-${name}`,
    secretAccessKey: `secret-of-${name}`,
    sessionToken: `session-of-${name}`,
    expiresMs: Date.parse('2999-01-01'),
  });
const refusalOf = async (...[profile, options]: Parameters<typeof loadProfile>) => {
  const result = await loadProfile(profile, { files, ...options });
  if (result.ok) throw new Error(`${profile} has credentials.`);
  expect(JSON.stringify(result)).not.toMatch(/secret-of|hush/);
  return appErrorSchema.parse(result.error);
};

describe('a role of a profile', () => {
  it('is assumed with the keys of its source profile, as the profile says', async () => {
    writeFiles(
      role('reader', 'base', 'external_id = an-id\nrole_session_name = me\nduration_seconds = 900\nregion = eu-west-3'),
    );
    expect(await loadProfile('reader', { files })).toEqual(ofRole('reader'));
    expect(sts.calls).toMatchObject([
      {
        action: 'AssumeRole',
        accessKeyId: 'AKIABASE',
        region: 'eu-west-3',
        fields: { RoleArn: arnOf('reader'), ExternalId: 'an-id', RoleSessionName: 'me', DurationSeconds: '900' },
      },
    ]);
  });

  it('takes the region of the connection when the profile names none', async () => {
    writeFiles(role('reader', 'base'));
    await loadProfile('reader', { files, region: 'ap-south-1' });
    expect(sts.calls.map(({ region }) => region)).toEqual(['ap-south-1']);
  });

  it('may build on another role, each assumed with the one before', async () => {
    writeFiles(role('last', 'middle') + role('middle', 'first') + role('first', 'base'));
    expect(await loadProfile('last', { files })).toEqual(ofRole('last'));
    expect(sts.calls.map(({ accessKeyId, fields }) => [accessKeyId, fields['RoleArn']])).toEqual([
      ['AKIABASE', arnOf('first')],
      ['ASIA-first', arnOf('middle')],
      ['ASIA-middle', arnOf('last')],
    ]);
  });

  it('may be assumed with a token file', async () => {
    writeFileSync(join(folder, 'token'), 'web-token');
    writeFiles(
      `[profile web]\nrole_arn = ${arnOf('web')}\nweb_identity_token_file = ${join(folder, 'token')}\nservices = local\n`,
    );
    expect(await loadProfile('web', { files })).toEqual(ofRole('web'));
    expect(sts.calls).toMatchObject([
      { action: 'AssumeRoleWithWebIdentity', fields: { WebIdentityToken: 'web-token' } },
    ]);
    sts.refuseWith(() => ({ status: 403, code: 'AccessDenied', message: 'Not authorized' }));
    expect(await refusalOf('web')).toMatchObject({ code: 'AssumeRoleDenied', context: { roleArn: arnOf('web') } });
  });

  it('that is refused is named, also in the middle', async () => {
    writeFiles(role('last', 'first') + role('first', 'base'));
    sts.refuseWith(({ fields }) =>
      fields['RoleArn'] === arnOf('first') ? { status: 403, code: 'AccessDenied', message: 'Not authorized' } : null,
    );
    expect(await refusalOf('last')).toEqual({
      code: 'AssumeRoleDenied',
      retry: 'no',
      context: { profile: 'last', roleArn: arnOf('first') },
      cause: 'Not authorized',
    });
  });

  it.each([
    ['InvalidClientTokenId', 403, 'The security token is invalid', 'InvalidAccessKeyId'],
    ['ValidationError', 400, 'The requested DurationSeconds exceeds the MaxSessionDuration set', 'RoleDurationTooLong'],
    ['RegionDisabledException', 403, 'STS is not activated', 'RegionDisabledException'],
    ['ExpiredTokenException', 400, 'The token is expired', 'ExpiredToken'],
  ])('says %s in words of its own', async (code, status, message, expected) => {
    writeFiles(role('reader', 'base'));
    sts.refuseWith(() => ({ status, code, message }));
    expect((await refusalOf('reader')).code).toBe(expected);
  });

  it('goes through the proxy of the environment, and not to the server of another profile', async () => {
    const proxy = await startRecordingProxy();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    // What the SDK would take on its own.
    vi.stubEnv('AWS_CONFIG_FILE', files.configFile);
    const reader = `[profile reader]\nrole_arn = ${arnOf('reader')}\nsource_profile = base\nregion = eu-west-3\n`;
    writeFiles(`[default]\nendpoint_url = ${sts.url}\n${reader}`);
    try {
      expect(await refusalOf('reader')).toMatchObject({ code: 'EndpointUnreachable' });
      expect([...proxy.hosts]).toEqual(['sts.eu-west-3.amazonaws.com:443']);
      expect(sts.calls).toEqual([]);
      // Its own, as in the AWS tools.
      writeFiles(`${reader}endpoint_url = ${sts.url}\n`);
      expect(await loadProfile('reader', { files })).toEqual(ofRole('reader'));
    } finally {
      await proxy.close();
    }
  });

  it('that leads to itself ends with CredentialsMissing; so does a source that is not there', async () => {
    writeFiles(role('a', 'b') + role('b', 'a') + role('c', 'nobody'));
    expect(await refusalOf('a')).toMatchObject({ code: 'CredentialsMissing', context: { profile: 'a' } });
    expect(await refusalOf('c')).toMatchObject({ cause: 'The AWS files have no profile nobody.' });
    expect(await refusalOf('nobody')).toMatchObject({ code: 'CredentialsMissing', context: { profile: 'nobody' } });
  });
});

describe('a role that asks for a code', () => {
  const mfaSerial = 'arn:aws:iam::123456789012:mfa/me';

  it('says so before anybody is asked, whatever the source profile is like', async () => {
    writeFiles(role('reader', 'base', `mfa_serial = ${mfaSerial}`) + role('broken', 'reader'));
    expect(await refusalOf('reader')).toEqual({
      code: 'MfaNeeded',
      retry: 'ask',
      context: { profile: 'reader', mfaSerial, roleArn: arnOf('reader') },
    });
    expect(await refusalOf('broken')).toMatchObject({ code: 'MfaNeeded', context: { profile: 'broken', mfaSerial } });
    expect(sts.calls).toEqual([]);
  });

  it('passes the code on, and says when it is refused', async () => {
    writeFiles(role('reader', 'base', `mfa_serial = ${mfaSerial}`));
    sts.refuseWith(({ fields }) =>
      fields['TokenCode'] === '123456'
        ? null
        : {
            status: 403,
            code: 'AccessDenied',
            message: 'MultiFactorAuthentication failed with invalid MFA one time pass code.',
          },
    );
    expect(await loadProfile('reader', { files, mfaCode: '123456' })).toEqual(ofRole('reader'));
    expect(sts.calls[0]?.fields).toMatchObject({ SerialNumber: mfaSerial, TokenCode: '123456' });
    expect(await refusalOf('reader', { mfaCode: '654321' })).toMatchObject({
      code: 'MfaRefused',
      context: { mfaSerial, profile: 'reader' },
    });
    const message = "Value '654321' at 'tokenCode' failed to satisfy constraint";
    sts.refuseWith(() => ({ status: 400, code: 'ValidationError', message }));
    const refused = await refusalOf('reader', { mfaCode: '654321' });
    expect(refused.code).toBe('MfaRefused');
    expect(JSON.stringify(refused)).not.toContain('654321');
  });
});

describe('a program', () => {
  const program = (command: string) => writeFiles(`[profile made]\ncredential_process = ${command}\n`);

  it('gives credentials, also for a role', async () => {
    const answer = { Version: 1, AccessKeyId: 'A3', SecretAccessKey: 'S3', Expiration: '2999-01-01T00:00:00Z' };
    writeFileSync(join(folder, 'answer.json'), JSON.stringify(answer));
    const made = `[profile made]\ncredential_process = cat ${join(folder, 'answer.json')}\n`;
    writeFiles(made + role('reader', 'made'));
    expect(await loadProfile('made', { files })).toEqual(
      ok({ accessKeyId: 'A3', secretAccessKey: 'S3', expiresMs: Date.parse('2999-01-01') }),
    );
    expect(await loadProfile('reader', { files })).toEqual(ofRole('reader'));
    expect(sts.calls[0]?.accessKeyId).toBe('A3');
  });

  it('that fails is CredentialsMissing, without what it was called with and what it wrote', async () => {
    program('sh -c "echo hush-out; echo hush-err >&2; exit 3" hush-argument');
    expect(await refusalOf('made')).toEqual({
      code: 'CredentialsMissing',
      retry: 'no',
      context: { profile: 'made' },
      cause: 'The program of the profile (credential_process) failed.',
    });
    program('echo hush-hush');
    expect(await refusalOf('made')).toMatchObject({ cause: 'Profile made credential_process returned invalid JSON.' });
  });
});

describe('a sign-in in the browser', () => {
  let sso: FakeSso;
  let serial = 0;
  /** The SDK remembers by the name of the session when it last tried to renew. */
  let session: string;
  beforeEach(async () => {
    sso = await startFakeSso({ nowMs: () => Date.now() });
    session = `corp-${(serial += 1)}`;
  });
  afterEach(() => sso.close());

  const ssoConfig = (more = '') => `
[services sso]
sso =
  endpoint_url = ${sso.url}
[profile sso]
sso_session = ${session}
sso_account_id = 123456789012
sso_role_name = ReadOnly
services = sso
[sso-session ${session}]
sso_start_url = ${sso.startUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[profile old]
sso_start_url = ${sso.startUrl}
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = ReadOnly
services = sso
${more}`;
  const writeToken = (id: string, token: object) => {
    const path = getSSOTokenFilepath(id);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(token));
    return path;
  };
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

  it('gives the credentials of the role, for both kinds of profile', async () => {
    writeFiles(ssoConfig());
    const { accessToken } = sso.issueToken();
    writeToken(session, { accessToken, expiresAt: inSeconds(3600), startUrl: sso.startUrl });
    expect(await loadProfile('sso', { files })).toMatchObject({
      ok: true,
      value: { accessKeyId: 'ASIAFAKESSO000000001', expiresMs: expect.any(Number) },
    });
    expect(await refusalOf('old')).toMatchObject({ code: 'SsoSignInNeeded', context: { profile: 'old' } });
    writeToken(sso.startUrl, { accessToken, expiresAt: inSeconds(3600), startUrl: sso.startUrl });
    expect(await loadProfile('old', { files })).toMatchObject({ ok: true });
    expect(sso.refreshes).toBe(0);
  });

  it('can be the source of a role', async () => {
    writeFiles(ssoConfig(role('reader', 'sso', 'external_id = an-id')));
    expect(await refusalOf('reader')).toMatchObject({ code: 'SsoSignInNeeded', context: { profile: 'reader' } });
    const { accessToken } = sso.issueToken();
    writeToken(session, { accessToken, expiresAt: inSeconds(3600), startUrl: sso.startUrl });
    expect(await loadProfile('reader', { files })).toEqual(ofRole('reader'));
    expect(sts.calls).toMatchObject([{ accessKeyId: 'ASIAFAKESSO000000001', fields: { ExternalId: 'an-id' } }]);
  });

  it('renews a token that has ended, and keeps the new one', async () => {
    writeFiles(ssoConfig());
    const { refreshToken, clientId, clientSecret } = sso.issueToken();
    const path = writeToken(session, {
      accessToken: 'ended',
      refreshToken,
      clientId,
      clientSecret,
      startUrl: sso.startUrl,
      expiresAt: inSeconds(-60),
      registrationExpiresAt: inSeconds(3600),
    });
    expect(await loadProfile('sso', { files })).toMatchObject({ ok: true });
    expect(sso.refreshes).toBe(1);
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { accessToken: string; refreshToken: string };
    expect(sso.secrets).toEqual(expect.arrayContaining([kept.accessToken, kept.refreshToken]));
    expect(kept.refreshToken).not.toBe(refreshToken);
  });

  it.each([
    ['no token', undefined],
    ['a token that has ended and cannot be renewed', { accessToken: 'x', expiresAt: '2020-01-01T00:00:00Z' }],
    [
      'a token whose renewal is refused',
      {
        accessToken: 'x',
        expiresAt: '2020-01-01T00:00:00Z',
        refreshToken: 'x',
        clientId: 'x',
        clientSecret: 'x',
      },
    ],
    ['a token that was taken back', { accessToken: 'taken-back', expiresAt: '2999-01-01T00:00:00Z' }],
    ['a token file that is none', {}],
  ])('is needed with %s', async (_, token) => {
    writeFiles(ssoConfig());
    if (token !== undefined) writeToken(session, token);
    const error = await refusalOf('sso');
    expect(error).toMatchObject({ code: 'SsoSignInNeeded', retry: 'ask', context: { profile: 'sso' } });
  });

  it('is not blamed for what the network, the service or the files do', async () => {
    writeFiles(ssoConfig('[profile half]\nsso_session = nothing\n[profile quarter]\nsso_account_id = 1\n'));
    const { accessToken } = sso.issueToken();
    writeToken(session, { accessToken, expiresAt: inSeconds(3600) });
    sso.breakDown(3);
    expect(await refusalOf('sso')).toMatchObject({ code: 'InternalError', retry: 'backoff' });
    expect(await refusalOf('half')).toMatchObject({
      code: 'CredentialsMissing',
      cause: 'The config file has no section [sso-session nothing].',
    });
    expect(await refusalOf('quarter')).toMatchObject({ cause: 'The profile quarter has no sso_start_url.' });
    writeFiles(ssoConfig().replaceAll('ReadOnly', 'Admin'));
    expect(await refusalOf('sso')).toMatchObject({
      code: 'CredentialsMissing',
      cause: expect.stringContaining('No access'),
    });
    await sso.close();
    expect(await refusalOf('sso')).toMatchObject({ code: 'EndpointUnreachable' });
  });
});

describe('instance metadata', () => {
  it('is asked by a profile that says so, and by no other', async () => {
    let asked = 0;
    const metadata = createServer((_, response) => {
      asked += 1;
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => {
      metadata.listen(0, '127.0.0.1', resolve);
    });
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', undefined);
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', `http://127.0.0.1:${(metadata.address() as AddressInfo).port}`);
    try {
      const machine = `[profile machine]\nrole_arn = ${arnOf('machine')}\ncredential_source = Ec2InstanceMetadata\n`;
      const broken = '[profile broken]\ncredential_process = false\n';
      writeFiles(`[profile empty]\nregion = eu-west-1\n${machine}${broken}${role('reader', 'empty')}`);
      for (const profile of ['empty', 'broken', 'reader']) {
        expect(await refusalOf(profile)).toMatchObject({ code: 'CredentialsMissing', context: { profile } });
      }
      expect(asked).toBe(0);
      expect(await refusalOf('machine')).toMatchObject({ context: { profile: 'machine' } });
      expect(asked).toBeGreaterThan(0);
    } finally {
      metadata.closeAllConnections();
      metadata.close();
    }
  });
});
