import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadProfile } from '../../main/credentials/profiles/load-profile.ts';
import { createSsoSignIns, type SsoSignIns } from '../../main/credentials/profiles/sso-sign-in.ts';
import { ssoSignInSchema } from '../../shared/domain/aws-profile.ts';
import { ok } from '../../shared/result.ts';
import { type FakeSso, startFakeSso } from '../fakes/fake-sso.ts';
import { createManualClock, type ManualClock } from '../fakes/manual-clock.ts';
import { startRecordingProxy } from './recording-proxy.ts';

let folder: string;
let files: { credentialsFile: string; configFile: string };
let clock: ManualClock;
let sso: FakeSso;
let signIns: SsoSignIns;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'brigade-sso-'));
  files = { credentialsFile: join(folder, 'credentials'), configFile: join(folder, 'config') };
  // The SDK, which reads what is written, has the real time.
  clock = createManualClock(Date.now());
  sso = await startFakeSso({ nowMs: () => clock.nowMs() });
  vi.stubEnv('HOME', folder);
  signIns = createSsoSignIns({ clock, files });
  writeFileSync(
    files.configFile,
    `[services sso]
sso =
  endpoint_url = ${sso.url}
sso_oidc =
  endpoint_url = ${sso.url}
[profile work]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly
services = sso
[sso-session corp]
sso_start_url = ${sso.startUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access, s3:read
[profile old]
sso_start_url = ${sso.startUrl}
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = ReadOnly
services = sso
[profile role]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = work
[profile wrong]
sso_start_url = https://wrong.awsapps.com/start
sso_region = eu-west-1
services = sso
[profile plain]
sso_session = corp
[profile keys]
aws_access_key_id = AKIA
aws_secret_access_key = secret
`,
  );
});
afterEach(async () => {
  signIns.closeAll();
  await sso.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** sha1 of `corp` and of the start URL, as aws-cli names them. */
const tokenFileOfSession = 'ee0bfd2552fbd840c02cc48b6e823320543c450f.json';
const cacheFolder = () => join(folder, '.aws', 'sso', 'cache');
const readToken = (name: string) =>
  JSON.parse(readFileSync(join(cacheFolder(), name), 'utf8')) as Record<string, string>;

const start = async (profile = 'work') => {
  const started = await signIns.start(profile);
  if (!started.ok) throw new Error(started.error.code);
  return ssoSignInSchema.strict().parse(started.value);
};
/** Goes on by so much, and until the poll that this causes has been answered and the next one is planned. */
const letPoll = async (seconds: number) => {
  const before = sso.polls;
  clock.advance(seconds * 1000);
  await expect.poll(() => sso.polls).toBe(before + 1);
  await expect.poll(() => clock.timers).toBe(2);
};

describe('a sign-in in the browser', () => {
  it('shows a page and a code, waits for the person, and keeps the token where the AWS tools look', async () => {
    const signIn = await start();
    expect(signIn).toMatchObject({ expiresMs: clock.nowMs() + 600_000 });
    expect(signIn.verificationUrl).toBe(`https://device.sso.eu-west-1.amazonaws.com/?user_code=${signIn.userCode}`);
    expect(sso.clients).toMatchObject([{ name: 'Bucket Brigade', scopes: ['sso:account:access', 's3:read'] }]);
    expect(await loadProfile('work', { files })).toMatchObject({ ok: false, error: { code: 'SsoSignInNeeded' } });

    await letPoll(5);
    await letPoll(5);
    sso.decide(signIn.userCode, 'allowed');
    const waiting = signIns.wait(signIn.signInId);
    clock.advance(5000);
    expect(await waiting).toEqual(ok());
    expect(await signIns.wait(signIn.signInId)).toEqual(ok());
    expect(clock.timers).toBe(0);

    expect(readdirSync(cacheFolder())).toEqual([tokenFileOfSession]);
    expect(statSync(join(cacheFolder(), tokenFileOfSession)).mode & 0o777).toBe(0o600);
    const token = readToken(tokenFileOfSession);
    expect(Object.keys(token).sort()).toEqual(
      [
        'accessToken',
        'clientId',
        'clientSecret',
        'expiresAt',
        'refreshToken',
        'region',
        'registrationExpiresAt',
        'startUrl',
      ].sort(),
    );
    expect(token).toMatchObject({ startUrl: sso.startUrl, region: 'eu-west-1' });
    const isoOf = (timeMs: number) => new Date(timeMs).toISOString().replace(/\.\d+Z/, 'Z');
    expect(token['expiresAt']).toBe(isoOf(clock.nowMs() + 3_600_000));
    expect(token['registrationExpiresAt']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(await loadProfile('work', { files })).toMatchObject({
      ok: true,
      value: { accessKeyId: 'ASIAFAKESSO000000001' },
    });
  });

  it('works for settings in the profile itself, without a refresh token', async () => {
    const signIn = await start('old');
    sso.decide(signIn.userCode, 'allowed');
    clock.advance(5000);
    expect(await signIns.wait(signIn.signInId)).toEqual(ok());
    const [name = ''] = readdirSync(cacheFolder());
    expect(name).toBe('e8be5486177c5b5392bd9aa76563515b29358e6e.json');
    expect(readToken(name)).not.toHaveProperty('refreshToken');
    expect(await loadProfile('old', { files })).toMatchObject({ ok: true });
  });

  it('works for the role that builds on the profile, and takes the place of an older token', async () => {
    for (const profile of ['work', 'role']) {
      const signIn = await start(profile);
      sso.decide(signIn.userCode, 'allowed');
      clock.advance(5000);
      expect(await signIns.wait(signIn.signInId)).toEqual(ok());
    }
    expect(readdirSync(cacheFolder())).toEqual([tokenFileOfSession]);
    expect(sso.secrets.filter((secret) => secret === readToken(tokenFileOfSession)['accessToken'])).toHaveLength(1);
  });

  it('asks more slowly when it is told to', async () => {
    const signIn = await start();
    sso.slowDown(1);
    await letPoll(5);
    clock.advance(9999);
    expect(clock.timers).toBe(2);
    await letPoll(0.001);
    sso.decide(signIn.userCode, 'allowed');
    clock.advance(10_000);
    expect(await signIns.wait(signIn.signInId)).toEqual(ok());
    expect([sso.polls, sso.hastyPolls]).toEqual([3, 0]);
  });

  it('goes on when the service fails for a while', async () => {
    const signIn = await start();
    sso.breakDown(1);
    clock.advance(5000);
    await expect.poll(() => clock.timers).toBe(2);
    sso.decide(signIn.userCode, 'allowed');
    clock.advance(10_000);
    expect(await signIns.wait(signIn.signInId)).toEqual(ok());
  });

  it('ends by itself when nobody comes', async () => {
    const signIn = await start();
    const waiting = signIns.wait(signIn.signInId);
    // Without an answer on the way: the end does not wait for the service.
    clock.advance(600_000);
    expect(await waiting).toMatchObject({
      ok: false,
      error: { code: 'SsoSignInExpired', context: { profile: 'work' } },
    });
    expect(clock.timers).toBe(0);
  });

  it('says when the person says no, and when the service ends it', async () => {
    const denied = await start();
    sso.decide(denied.userCode, 'denied');
    clock.advance(5000);
    expect(await signIns.wait(denied.signInId)).toMatchObject({
      ok: false,
      error: {
        code: 'SsoSignInDenied',
        context: { profile: 'work' },
        cause: 'AccessDeniedException: The person said no',
      },
    });
    const ended = await start();
    sso.goOn(600);
    clock.advance(5000);
    expect(await signIns.wait(ended.signInId)).toMatchObject({
      ok: false,
      error: { code: 'SsoSignInExpired', cause: 'ExpiredTokenException: The device code has expired' },
    });
    expect(clock.timers).toBe(0);
  });

  it('can be cancelled, twice, and all at once', async () => {
    const [one, other] = [await start(), await start('old')];
    expect(signIns.cancel(one.signInId)).toEqual(ok());
    expect(signIns.cancel(one.signInId)).toEqual(ok());
    expect(await signIns.wait(one.signInId)).toMatchObject({ ok: false, error: { code: 'Cancelled' } });
    const waiting = signIns.wait(other.signInId);
    signIns.closeAll();
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'Cancelled' } });
    expect(clock.timers).toBe(0);
    expect(await signIns.start('work')).toMatchObject({ ok: false, error: { code: 'Cancelled' } });
    clock.advance(60_000);
    expect(sso.polls).toBe(0);
  });

  it('that is not known is InvalidInput', async () => {
    const unknown = { ok: false, error: { code: 'InvalidInput', context: { field: 'signInId' } } };
    expect(await signIns.wait('x')).toMatchObject(unknown);
    expect(signIns.cancel('x')).toMatchObject(unknown);
  });

  it('remembers the last ones only', async () => {
    const first = await start();
    signIns.cancel(first.signInId);
    for (let count = 0; count < 32; count += 1) signIns.cancel((await start()).signInId);
    expect(await signIns.wait(first.signInId)).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
  });

  it('does not begin for other profiles, wrong settings, and without the service', async () => {
    expect(await signIns.start('keys')).toMatchObject({
      ok: false,
      error: {
        code: 'CredentialsMissing',
        context: { profile: 'keys' },
        cause: 'The profile has no sign-in in the browser.',
      },
    });
    expect(await signIns.start('wrong')).toMatchObject({
      ok: false,
      error: { code: 'CredentialsMissing', cause: 'InvalidRequestException: Invalid start URL' },
    });
    sso.breakDown(3);
    expect(await signIns.start('work')).toMatchObject({ ok: false, error: { code: 'InternalError' } });
    await sso.close();
    expect(await signIns.start('work')).toMatchObject({ ok: false, error: { code: 'EndpointUnreachable' } });
  });

  it('goes to Amazon, through the proxy of the environment, whatever S3 server the environment names', async () => {
    const proxy = await startRecordingProxy();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    vi.stubEnv('AWS_ENDPOINT_URL', sso.url);
    try {
      expect(await signIns.start('plain')).toMatchObject({ ok: false, error: { code: 'EndpointUnreachable' } });
      expect([...proxy.hosts]).toEqual(['oidc.eu-west-1.amazonaws.com:443']);
    } finally {
      await proxy.close();
    }
  });

  it('says why the token could not be kept, and gives none of the secrets away', async () => {
    writeFileSync(join(folder, 'file'), '');
    const others = createSsoSignIns({ clock, files, cacheFolder: join(folder, 'file', 'cache') });
    const started = await others.start('work');
    if (!started.ok) throw new Error(started.error.code);
    sso.decide(started.value.userCode, 'allowed');
    clock.advance(5000);
    const outcome = await others.wait(started.value.signInId);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'NotADirectory' } });
    expect(sso.secrets.length).toBeGreaterThan(2);
    for (const secret of sso.secrets) expect(JSON.stringify([started, outcome])).not.toContain(secret);
  });
});
