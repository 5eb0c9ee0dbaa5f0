import { createHash, createHmac } from 'node:crypto';
import { request as sendRequest } from 'node:http';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeSts, type FakeStsOptions, startFakeSts } from '../fakes/fake-sts.ts';
import { createManualClock } from '../fakes/manual-clock.ts';

const account = '123456789012';
const user = {
  accessKeyId: 'AKIAUSER000000000001',
  secretAccessKey: 'user/secret+1',
  arn: `arn:aws:iam::${account}:user/ann`,
};
const root = {
  accessKeyId: 'AKIAROOT000000000001',
  secretAccessKey: 'root/secret+1',
  arn: `arn:aws:iam::${account}:root`,
};
const stranger = {
  accessKeyId: 'AKIASTRANGER00000001',
  secretAccessKey: 'stranger',
  arn: 'arn:aws:iam::999999999999:user/eve',
};
const roleArn = `arn:aws:iam::${account}:role/teams/reader`;
const secondArn = `arn:aws:iam::${account}:role/second`;
const deviceArn = `arn:aws:iam::${account}:mfa/phone`;

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** The SDK signs with the time of this machine: the fake's clock starts there. */
async function start(options: Partial<FakeStsOptions> = {}) {
  const clock = createManualClock(Math.floor(Date.now() / 1000) * 1000);
  const sts = await startFakeSts({
    clock,
    users: [user, root, stranger],
    roles: [
      { roleArn, trustedArns: [user.arn], externalId: 'Ext-1', maxDurationSeconds: 7200 },
      { roleArn: secondArn, trustedArns: [roleArn], maxDurationSeconds: 7200 },
      { roleArn: `${secondArn}-mfa`, trustedArns: [user.arn], mfaSerial: deviceArn, mfaCodes: ['111111', '222222'] },
      { roleArn: `${secondArn}-open`, trustedArns: [`arn:aws:iam::${account}:root`] },
    ],
    ...options,
  });
  endings.push(() => sts.close());
  return { clock, sts };
}

type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
type Asked = ConstructorParameters<typeof AssumeRoleCommand>[0];

function clientOf(sts: FakeSts, keys: Keys, region = 'us-east-1'): STSClient {
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const client = new STSClient({
    endpoint: sts.endpointUrl,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  });
  endings.unshift(() => client.destroy());
  return client;
}

async function assume(
  sts: FakeSts,
  asked: Partial<Asked> = {},
  keys: Keys = user,
): Promise<Keys & { expiresMs: number }> {
  const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'ann', ExternalId: 'Ext-1', ...asked });
  const { Credentials: given } = await clientOf(sts, keys).send(command);
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
    expiresMs: given?.Expiration?.getTime() ?? 0,
  };
}

const refusal = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'given',
    (error: Error & { Code?: string }) => `${error.Code ?? error.name}: ${error.message}`,
  );

describe('AssumeRole', () => {
  it('gives credentials that the fake finds again, and says who they are', async () => {
    const { sts, clock } = await start();
    const given = await assume(sts);
    expect(given.expiresMs).toBe(clock.nowMs() + 3_600_000);
    expect(sts.issued).toHaveLength(1);
    expect(sts.find(given.accessKeyId, given.sessionToken)).toMatchObject({
      secretAccessKey: given.secretAccessKey,
      arn: `arn:aws:sts::${account}:assumed-role/reader/ann`,
    });
    expect(sts.find(given.accessKeyId, 'another')).toBeNull();
    expect(sts.find('ASIANOBODY', given.sessionToken)).toBeNull();
    const named = await clientOf(sts, given).send(new GetCallerIdentityCommand({}));
    expect(named).toMatchObject({ Account: account, Arn: `arn:aws:sts::${account}:assumed-role/reader/ann` });
    expect(sts.calls.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'AssumeRole ok',
      'GetCallerIdentity ok',
    ]);
  });

  it('refuses in the same words whoever is not trusted, does not know the external ID, or asks for no role', async () => {
    const { sts } = await start();
    const words = (arn: string, asked = roleArn) =>
      `AccessDenied: User: ${arn} is not authorized to perform: sts:AssumeRole on resource: ${asked}`;
    expect(await refusal(assume(sts, {}, stranger))).toBe(words(stranger.arn));
    for (const ExternalId of [undefined, 'ext-1', 'Ext-12']) {
      expect(await refusal(assume(sts, { ExternalId }))).toBe(words(user.arn));
    }
    expect(await refusal(assume(sts, { RoleArn: `${roleArn}x` }))).toBe(words(user.arn, `${roleArn}x`));
    expect(await refusal(assume(sts, {}, root))).toContain('Roles may not be assumed by root accounts');
    expect(await refusal(assume(sts, { RoleArn: `${secondArn}-open` }))).toBe('given');
    expect(sts.issued).toHaveLength(1);
  });

  it.each<[Partial<Asked>, string]>([
    [{ RoleSessionName: 'a' }, 'length greater than or equal to 2'],
    [{ RoleSessionName: 'a'.repeat(65) }, 'length less than or equal to 64'],
    [{ RoleSessionName: 'ann b' }, 'regular expression'],
    [{ RoleArn: 'arn:aws:iam::1' }, 'length greater than or equal to 20'],
    [{ ExternalId: 'a' }, 'length greater than or equal to 2'],
    [{ ExternalId: 'a b' }, 'regular expression'],
    [{ ExternalId: 'a'.repeat(1225) }, 'length less than or equal to 1224'],
    [{ DurationSeconds: 899 }, 'greater than or equal to 900'],
    [{ DurationSeconds: 43_201 }, 'less than or equal to 43200'],
    [{ DurationSeconds: 7201 }, 'exceeds the MaxSessionDuration set for this role'],
    [{ SerialNumber: 'short', TokenCode: '123456' }, 'length greater than or equal to 9'],
    [{ SerialNumber: deviceArn, TokenCode: '12345' }, 'length greater than or equal to 6'],
    [{ Policy: '{}' }, 'not known here'],
  ])('refuses %j', async (asked, words) => {
    const { sts } = await start();
    const said = await refusal(assume(sts, asked));
    expect(said).toContain('ValidationError');
    expect(said).toContain(words);
    expect(sts.issued).toEqual([]);
  });

  it('takes each code of a device once', async () => {
    const { sts } = await start();
    const asked = { RoleArn: `${secondArn}-mfa`, SerialNumber: deviceArn };
    expect(await refusal(assume(sts, { RoleArn: asked.RoleArn }))).toContain(
      'is not authorized to perform: sts:AssumeRole',
    );
    expect(await refusal(assume(sts, { ...asked, TokenCode: '999999' }))).toContain('invalid MFA one time pass code');
    expect(await refusal(assume(sts, { ...asked, TokenCode: '111111' }))).toBe('given');
    expect(await refusal(assume(sts, { ...asked, TokenCode: '111111' }))).toContain('invalid MFA one time pass code');
    expect(await refusal(assume(sts, { ...asked, TokenCode: '222222' }))).toBe('given');
    expect(await refusal(assume(sts, asked))).toContain('must provide both MFA serial number');
    const another = { ...asked, SerialNumber: `${deviceArn}2`, TokenCode: '222222' };
    expect(await refusal(assume(sts, another))).toContain('unable to validate MFA code');
  });

  it('lets a role assume the next one, for an hour at most, while its credentials last', async () => {
    const { sts, clock } = await start();
    const first = await assume(sts);
    const next = { RoleArn: secondArn };
    expect(await refusal(assume(sts, { ...next, DurationSeconds: 3601 }, first))).toContain('1 hour session limit');
    expect(await refusal(assume(sts, { ...next, DurationSeconds: 3600 }, first))).toBe('given');
    const { sessionToken: _token, ...withoutToken } = first;
    expect(await refusal(assume(sts, next, withoutToken))).toContain('InvalidClientTokenId');
    expect(await refusal(assume(sts, next, { ...first, sessionToken: 'another' }))).toContain('InvalidClientTokenId');
    expect(await refusal(assume(sts, next))).toContain('AccessDenied');
    clock.advance(3_600_000);
    expect(await refusal(assume(sts, next, first))).toMatch(/^ExpiredToken/);
  });

  it('gives out less than was asked for when told to', async () => {
    const { sts, clock } = await start({ lifetimeMs: 90_000 });
    expect((await assume(sts)).expiresMs).toBe(clock.nowMs() + 90_000);
    sts.setLifetimeMs(undefined);
    expect((await assume(sts, { DurationSeconds: 900 })).expiresMs).toBe(clock.nowMs() + 900_000);
  });
});

describe('signatures', () => {
  /** AWS's description of Signature Version 4 once more, with every step open to be done wrong. */
  function send(sts: FakeSts, changes: Record<string, string> = {}, unsigned: readonly string[] = []) {
    const body = changes['body'] ?? 'Action=GetCallerIdentity&Version=2011-06-15';
    const amzDate = changes['amzDate'] ?? new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const day = changes['day'] ?? amzDate.slice(0, 8);
    const service = changes['service'] ?? 'sts';
    const headers: Record<string, string> = {
      'content-type': 'application/x-www-form-urlencoded',
      host: `127.0.0.1:${sts.port}`,
      'x-amz-date': amzDate,
    };
    const names = Object.keys(headers).filter((name) => !unsigned.includes(name));
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const canonical = [
      'POST',
      '/',
      '',
      ...names.map((name) => `${name}:${headers[name]}`),
      '',
      names.join(';'),
      hash(body),
    ].join('\n');
    const scope = `${day}/us-east-1/${service}/aws4_request`;
    let key: Buffer = Buffer.from(`AWS4${user.secretAccessKey}`);
    for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
    const signature = createHmac('sha256', key)
      .update(`AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${hash(canonical)}`)
      .digest('hex');
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${user.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
    if (changes['authorization'] !== undefined) headers['authorization'] = changes['authorization'];
    return new Promise<string>((resolve, reject) => {
      const request = sendRequest(
        { host: '127.0.0.1', port: sts.port, method: 'POST', path: changes['path'] ?? '/', headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.on('end', () => resolve(/<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? text));
        },
      );
      request.once('error', reject);
      request.end(changes['sentBody'] ?? body);
    });
  }

  it('are taken when they are right, and only then', async () => {
    const { sts } = await start();
    expect(await send(sts)).toContain(`<Arn>${user.arn}</Arn>`);
    expect(await send(sts, { sentBody: 'Action=GetCallerIdentity&Version=2011-06-15&x=1' })).toBe(
      'SignatureDoesNotMatch',
    );
    expect(await send(sts, { service: 's3' })).toBe('SignatureDoesNotMatch');
    expect(await send(sts, { day: '20200101' })).toBe('SignatureDoesNotMatch');
    for (const name of ['host', 'content-type', 'x-amz-date']) {
      expect(await send(sts, {}, [name])).toBe('SignatureDoesNotMatch');
    }
    expect(await send(sts, { authorization: 'AWS4-HMAC-SHA256 nonsense' })).toBe('IncompleteSignature');
    expect(await send(sts, { body: 'Action=GetCallerIdentity&Version=2010-01-01' })).toBe('InvalidAction');
    expect(await send(sts, { body: 'Action=ListUsers&Version=2011-06-15' })).toBe('InvalidAction');
    expect(
      await refusal(clientOf(sts, { ...user, secretAccessKey: 'x' }).send(new GetCallerIdentityCommand({}))),
    ).toContain('SignatureDoesNotMatch: The request signature we calculated');
    expect(
      await refusal(clientOf(sts, { ...user, accessKeyId: 'AKIA' }).send(new GetCallerIdentityCommand({}))),
    ).toContain('InvalidClientTokenId');
  });

  it('are good for five minutes around the time of the server', async () => {
    const { sts, clock } = await start();
    const caller = () => refusal(clientOf(sts, user).send(new GetCallerIdentityCommand({})));
    sts.setSkewMs(4 * 60_000);
    expect(await caller()).toBe('given');
    sts.setSkewMs(6 * 60_000);
    expect(await caller()).toMatch(
      /^SignatureDoesNotMatch: Signature expired: \d{8}T\d{6}Z is now earlier than .* - 5 min\.\)/,
    );
    sts.setSkewMs(-6 * 60_000);
    expect(await caller()).toMatch(/^SignatureDoesNotMatch: Signature not yet current/);
    sts.setSkewMs(0);
    clock.advance(6 * 60_000);
    expect(await caller()).toMatch(/^SignatureDoesNotMatch: Signature expired/);
  });

  it('are for a region that is served', async () => {
    const { sts } = await start({ regions: ['eu-central-1'] });
    const caller = (region: string) => refusal(clientOf(sts, user, region).send(new GetCallerIdentityCommand({})));
    expect(await caller('eu-central-1')).toBe('given');
    expect(await caller('us-east-1')).toContain('scoped to a valid region');
  });
});

it('names users, roots and sessions', async () => {
  const { sts } = await start();
  const arnOf = async (keys: Keys) => (await clientOf(sts, keys).send(new GetCallerIdentityCommand({}))).Arn;
  expect(await arnOf(user)).toBe(user.arn);
  expect(await arnOf(root)).toBe(root.arn);
  expect(await arnOf(await assume(sts))).toBe(`arn:aws:sts::${account}:assumed-role/reader/ann`);
});

it('holds answers until they are let go', async () => {
  const { sts } = await start();
  const release = sts.hold();
  const both = [assume(sts), assume(sts)];
  await sts.whenWaiting(2);
  expect(sts.calls.map(({ outcome }) => outcome)).toEqual(['waiting', 'waiting']);
  release();
  await Promise.all(both);
  expect(sts.calls.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  expect(await refusal(assume(sts))).toBe('given');
});
