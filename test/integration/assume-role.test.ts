import { afterEach, describe, expect, it } from 'vitest';
import { assumeRole, type AssumeRoleRequest } from '../../main/credentials/assume-role.ts';
import { callerIdentity } from '../../main/credentials/caller-identity.ts';
import type { SigningCredentials } from '../../main/s3/data-plane/transport.ts';
import type { Result } from '../../shared/result.ts';
import { type FakeSts, type StsFault, startFakeSts } from '../fakes/fake-sts.ts';
import { createManualClock } from '../fakes/manual-clock.ts';

const user = {
  accessKeyId: 'AKIAUSER000000000001',
  secretAccessKey: 'user/secret+that/nobody/may/see',
  arn: 'arn:aws:iam::123456789012:user/ann',
};
const root = {
  accessKeyId: 'AKIAROOT000000000001',
  secretAccessKey: 'root/secret+that/nobody/may/see',
  arn: 'arn:aws:iam::123456789012:root',
};
const roleArn = 'arn:aws:iam::123456789012:role/reader';
const secondArn = 'arn:aws:iam::123456789012:role/second';
const deviceArn = 'arn:aws:iam::123456789012:mfa/phone';
const withMfa = { roleArn: 'arn:aws:iam::123456789012:role/careful', mfaSerial: deviceArn };

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** A clock that is years off this machine's: nothing here may look at another one. */
async function start() {
  const clock = createManualClock(1_600_000_000_000);
  const sts = await startFakeSts({
    clock,
    users: [user, root],
    roles: [
      { roleArn, trustedArns: [user.arn], externalId: 'Ext:1/2', maxDurationSeconds: 7200 },
      { roleArn: secondArn, trustedArns: [roleArn], maxDurationSeconds: 43_200 },
      { roleArn: withMfa.roleArn, trustedArns: [user.arn], mfaSerial: deviceArn, mfaCodes: ['111111', '222222'] },
    ],
  });
  endings.push(() => sts.close());
  const assume = (changes: Partial<AssumeRoleRequest> = {}, base: SigningCredentials = user, signal?: AbortSignal) => {
    const request = {
      roleArn,
      externalId: 'Ext:1/2',
      durationSeconds: 3600,
      region: 'eu-west-1',
      endpointUrl: sts.endpointUrl,
      ...changes,
    };
    return assumeRole(base, request, { clock, tls: { verify: true } }, signal);
  };
  return { clock, sts, assume };
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.cause ?? ''}`);
  return result.value;
}
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);
const outcomes = (sts: FakeSts) => sts.calls.map(({ outcome }) => outcome);

describe('a role', () => {
  it('is assumed: its credentials and their end are what the server gave', async () => {
    const { sts, assume } = await start();
    const given = valueOf(await assume({ sessionName: 'Ann Müller', durationSeconds: 7200 }));
    const [issued] = sts.issued;
    expect(given).toEqual({
      accessKeyId: issued?.accessKeyId,
      secretAccessKey: issued?.secretAccessKey,
      sessionToken: issued?.sessionToken,
      expiresMs: 1_600_007_200_000,
    });
    expect(sts.calls).toEqual([
      {
        action: 'AssumeRole',
        accessKeyId: user.accessKeyId,
        region: 'eu-west-1',
        parameters: {
          RoleArn: roleArn,
          RoleSessionName: 'Ann-M-ller',
          DurationSeconds: '7200',
          ExternalId: 'Ext:1/2',
        },
        outcome: 'ok',
      },
    ]);
  });

  it('lasts as long as the answer says, whatever was asked for', async () => {
    const { sts, clock, assume } = await start();
    sts.setLifetimeMs(90_000);
    expect(valueOf(await assume()).expiresMs).toBe(clock.nowMs() + 90_000);
  });

  it('needs its external ID to the letter; an empty one is not sent', async () => {
    const { sts, assume } = await start();
    for (const externalId of ['ext:1/2', '', undefined]) {
      expect(await assume({ externalId })).toMatchObject({ error: { code: 'AssumeRoleDenied', context: { roleArn } } });
    }
    expect(sts.calls.map(({ parameters }) => parameters['ExternalId'])).toEqual(['ext:1/2', undefined, undefined]);
  });

  it('of a role is asked for an hour at most, and says that it was shortened', async () => {
    const { sts, clock, assume } = await start();
    const first = valueOf(await assume());
    const second = valueOf(await assume({ roleArn: secondArn, durationSeconds: 43_200 }, first));
    expect(second).toMatchObject({ shortenedToSeconds: 3600, expiresMs: clock.nowMs() + 3_600_000 });
    const short = valueOf(await assume({ roleArn: secondArn, durationSeconds: 900 }, first));
    expect(short).not.toHaveProperty('shortenedToSeconds');
    expect(sts.calls.map(({ parameters }) => parameters['DurationSeconds'])).toEqual(['3600', '3600', '900']);
    clock.advance(3_600_000);
    expect(await assume({ roleArn: secondArn }, first)).toMatchObject({
      error: { code: 'ExpiredToken', retry: 'reauth' },
    });
  });
});

describe('a device', () => {
  it('without its code is asked for before any call', async () => {
    const { sts, assume } = await start();
    for (const mfaCode of [undefined, '']) {
      expect(await assume({ ...withMfa, mfaCode })).toMatchObject({
        error: { code: 'MfaNeeded', retry: 'ask', context: { mfaSerial: deviceArn, roleArn: withMfa.roleArn } },
      });
    }
    expect(sts.calls).toEqual([]);
  });

  it('gives codes that work once', async () => {
    const { assume } = await start();
    expect(codeOf(await assume({ ...withMfa, mfaCode: '111111' }))).toBe('ok');
    expect(codeOf(await assume({ ...withMfa, mfaCode: '222222' }))).toBe('ok');
    for (const mfaCode of ['111111', '999999']) {
      const refused = await assume({ ...withMfa, mfaCode });
      expect(refused).toMatchObject({ error: { code: 'MfaRefused', context: { mfaSerial: deviceArn } } });
      expect(JSON.stringify(refused)).not.toContain(mfaCode);
    }
    const another = await assume({ ...withMfa, mfaSerial: `${deviceArn}2`, mfaCode: '222222' });
    expect(codeOf(another)).toBe('MfaRefused');
    // The trust policy asks for a device that the connection does not name.
    expect(codeOf(await assume({ roleArn: withMfa.roleArn }))).toBe('AssumeRoleDenied');
  });
});

describe('a clock that is off', () => {
  it.each([3_600_000, -3_600_000, 400_000])('by %i ms is corrected by the Date of the refusal', async (skewMs) => {
    const { sts, clock, assume } = await start();
    sts.setSkewMs(skewMs);
    const given = valueOf(await assume());
    expect(outcomes(sts)).toEqual(['SignatureDoesNotMatch', 'ok']);
    expect(sts.issued[0]?.expiresMs).toBe(clock.nowMs() + skewMs + 3_600_000);
    // On our clock; the Date has whole seconds, and this machine's clock goes on meanwhile.
    expect(Math.abs((given.expiresMs ?? 0) - clock.nowMs() - 3_600_000)).toBeLessThan(60_000);
  });

  it('is corrected once: what is refused then is not tried again', async () => {
    const { sts, assume } = await start();
    sts.setSkewMs(3_600_000);
    expect(codeOf(await assume({ ...withMfa, mfaCode: '999999' }))).toBe('MfaRefused');
    expect(outcomes(sts)).toEqual(['SignatureDoesNotMatch', 'AccessDenied']);
  });

  it('is corrected too when this machine is right and only the clock that was given is not', async () => {
    const wrong = { nowMs: () => Date.now() + 3_600_000 };
    const sts = await startFakeSts({
      clock: { nowMs: () => Date.now() },
      users: [user],
      roles: [{ roleArn, trustedArns: [user.arn] }],
    });
    endings.push(() => sts.close());
    const request = { roleArn, durationSeconds: 900, region: 'us-east-1', endpointUrl: sts.endpointUrl };
    expect(codeOf(await assumeRole(user, request, { clock: wrong, tls: { verify: true } }))).toBe('ok');
    expect(outcomes(sts)).toEqual(['SignatureDoesNotMatch', 'ok']);
  });

  it('by a little is left alone', async () => {
    const { sts, clock, assume } = await start();
    sts.setSkewMs(30_000);
    expect(valueOf(await assume()).expiresMs).toBe(clock.nowMs() + 3_630_000);
    expect(outcomes(sts)).toEqual(['ok']);
  });
});

describe('a refusal', () => {
  it.each<[string, Partial<AssumeRoleRequest>, string]>([
    ['an unknown role', { roleArn: `${roleArn}x` }, 'AssumeRoleDenied'],
    ['a role that does not trust the caller', { roleArn: secondArn }, 'AssumeRoleDenied'],
    ['a longer session than the role allows', { durationSeconds: 7201 }, 'RoleDurationTooLong'],
    ['a duration STS does not know', { durationSeconds: 899 }, 'InvalidArgument'],
    ['an external ID with blanks', { externalId: 'a b' }, 'InvalidArgument'],
  ])('for %s is told once', async (_what, changes, code) => {
    const { sts, assume } = await start();
    expect(codeOf(await assume(changes))).toBe(code);
    expect(sts.calls).toHaveLength(1);
  });

  it('for a wrong key, secret or token says which, and gives no secret away', async () => {
    const { assume } = await start();
    const session = valueOf(await assume());
    const refused = [
      await assume({}, { ...user, accessKeyId: 'AKIANOBODY0000000001' }),
      await assume({}, { ...user, secretAccessKey: 'wrong-secret' }),
      await assume({}, { ...session, sessionToken: 'another-token' }),
      // STS repeats the canonical request here, the token in it.
      await assume({ roleArn: secondArn }, { ...session, secretAccessKey: 'wrong-secret' }),
    ];
    expect(refused.map(codeOf)).toEqual([
      'InvalidAccessKeyId',
      'SignatureDoesNotMatch',
      'InvalidAccessKeyId',
      'SignatureDoesNotMatch',
    ]);
    const told = JSON.stringify(refused);
    for (const secret of [
      user.secretAccessKey,
      'wrong-secret',
      'another-token',
      session.secretAccessKey,
      'IQoJ',
      'x-amz',
    ]) {
      expect(told).not.toContain(secret);
    }
  });

  it.each<[StsFault, string]>([
    ['regionDisabled', 'RegionDisabledException'],
    ['packedPolicyTooLarge', 'PackedPolicyTooLarge'],
    ['malformedPolicy', 'MalformedPolicyDocument'],
    ['webPage', 'NotAnS3Endpoint'],
    [{ status: 405, code: 'MethodNotAllowed', message: '' }, 'NotImplemented'],
    [{ status: 400, code: 'ExpiredTokenException', message: 'The token is expired' }, 'ExpiredToken'],
  ])('%j is %s', async (fault, code) => {
    const { sts, assume } = await start();
    sts.fail(fault, Infinity);
    expect(codeOf(await assume())).toBe(code);
    expect(sts.calls).toHaveLength(1);
  });
});

describe('a fault on the way', () => {
  it.each<[StsFault, string]>([
    ['throttle', 'SlowDown'],
    ['unavailable', 'SlowDown'],
    ['internalFailure', 'InternalError'],
    ['reset', 'ConnectionReset'],
  ])('%s passes by, or is told after three attempts', async (fault, code) => {
    const { sts, assume } = await start();
    sts.fail(fault);
    expect(codeOf(await assume())).toBe('ok');
    expect(sts.calls).toHaveLength(2);
    sts.fail(fault, Infinity);
    expect(await assume()).toMatchObject({ error: { code, retry: 'backoff' } });
    expect(sts.calls).toHaveLength(5);
  });

  it('such as a server that is not there names it', async () => {
    const { sts, assume } = await start();
    await sts.close();
    expect(await assume()).toMatchObject({
      error: { code: 'EndpointUnreachable', context: { endpoint: sts.endpointUrl, host: `127.0.0.1:${sts.port}` } },
    });
  });

  it('is no reason to wait when the caller has gone', async () => {
    const { sts, assume } = await start();
    const release = sts.hold();
    const abort = new AbortController();
    const waiting = assume({}, user, abort.signal);
    await sts.whenWaiting(1);
    abort.abort();
    expect(codeOf(await waiting)).toBe('Cancelled');
    release();
    expect(codeOf(await assume({}, user, abort.signal))).toBe('Cancelled');
  });
});

describe('the caller', () => {
  it('is a user, a root or a session', async () => {
    const { sts, clock, assume } = await start();
    const identify = async (credentials: SigningCredentials) =>
      valueOf(await callerIdentity(credentials, 'eu-west-1', undefined, { clock, endpointUrl: sts.endpointUrl }));
    const account = '123456789012';
    expect(await identify(user)).toEqual({ arn: user.arn, account, isRoot: false });
    expect(await identify(root)).toEqual({ arn: root.arn, account, isRoot: true });
    const session = valueOf(await assume());
    const arn = `arn:aws:sts::${account}:assumed-role/reader/bucket-brigade`;
    expect(await identify(session)).toEqual({ arn, account, isRoot: false });
  });

  it('is found with a clock that is off, and refused without a secret in the words', async () => {
    const { sts, clock, assume } = await start();
    const identify = (credentials: SigningCredentials) =>
      callerIdentity(credentials, 'eu-west-1', undefined, { clock, endpointUrl: sts.endpointUrl });
    sts.setSkewMs(-3_600_000);
    expect(codeOf(await identify(user))).toBe('ok');
    const session = valueOf(await assume());
    const refused = await identify({ ...session, secretAccessKey: 'wrong-secret' });
    expect(codeOf(refused)).toBe('SignatureDoesNotMatch');
    expect(JSON.stringify(refused)).not.toContain('IQoJ');
    clock.advance(3_600_000);
    expect(codeOf(await identify(session))).toBe('ExpiredToken');
  });
});
