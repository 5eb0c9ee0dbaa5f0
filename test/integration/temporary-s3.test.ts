import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { assumeRole } from '../../main/credentials/assume-role.ts';
import { openConnection } from '../../main/s3/connection-opener.ts';
import type { SigningCredentials } from '../../main/s3/data-plane/transport.ts';
import { presignUrl } from '../../main/s3/sigv4/presign.ts';
import { ok, type Result } from '../../shared/result.ts';
import { startFakeSts } from '../fakes/fake-sts.ts';
import { createManualClock, type ManualClock } from '../fakes/manual-clock.ts';
import { denyOutside, startTemporaryS3 } from '../fakes/temporary-s3.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

type Issued = SigningCredentials & { readonly sessionToken: string; readonly expiresMs: number };

type Options = Parameters<typeof startTemporaryS3>[0];

async function start(deny?: Options['deny'], changes: Partial<Options> & { clock?: ManualClock } = {}) {
  // Requests are signed with the time of this machine.
  const clock = changes.clock ?? createManualClock(Date.now());
  const expiresMs = clock.nowMs() + 600_000;
  const first: Issued = { accessKeyId: 'ASIAFIRST', secretAccessKey: 'one', sessionToken: 'tok/en+1==', expiresMs };
  const second: Issued = { accessKeyId: 'ASIASECOND', secretAccessKey: 'two', sessionToken: 'token2', expiresMs };
  const s3 = await startTemporaryS3({
    clock,
    issuers: [{ issued: [first] }, { issued: [second] }],
    buckets: ['inbox'],
    ...(deny === undefined ? {} : { deny }),
    ...changes,
  });
  endings.push(() => s3.close());

  function connect(credentials: SigningCredentials) {
    const connection = openConnection(
      {
        id: 'c',
        name: 'c',
        settings: { endpointUrl: s3.endpointUrl, region: null, pathStyle: true, tls: { verify: true } },
        credentials: async () => ok(credentials),
        restriction: null,
        downloadThreads: null,
        uploadThreads: null,
      },
      clock,
    );
    endings.unshift(() => connection.close());
    return connection.store;
  }
  const codeFor = async (credentials: SigningCredentials) => codeOf(await connect(credentials).listBuckets());
  return { clock, s3, first, second, connect, codeFor };
}

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);

describe('credentials', () => {
  it('of every issuer are taken, and nobody else', async () => {
    const { s3, first, second, connect, codeFor } = await start();
    const store = connect(first);
    expect(codeOf(await store.putSmall('inbox', 'a', new Uint8Array(3), {}))).toBe('ok');
    const buckets = await connect(second).listBuckets();
    expect(buckets.ok && buckets.value.map(({ name }) => name)).toEqual(['inbox']);
    expect(s3.requestCount('ASIAFIRST')).toBe(1);
    expect(s3.requestCount('ASIASECOND')).toBe(1);
    expect(s3.requests.map(({ action }) => action)).toEqual(['s3:PutObject', 's3:ListAllMyBuckets']);
    expect(await codeFor({ ...first, secretAccessKey: 'wrong' })).toBe('SignatureDoesNotMatch');
    expect(await codeFor({ ...first, accessKeyId: 'ASIANOBODY' })).toBe('InvalidAccessKeyId');
  });

  it('need the token of their key', async () => {
    const { first, second, codeFor } = await start();
    expect(await codeFor({ ...first, sessionToken: second.sessionToken })).toBe('InvalidToken');
    expect(await codeFor({ accessKeyId: first.accessKeyId, secretAccessKey: first.secretAccessKey })).toBe(
      'InvalidToken',
    );
  });

  it('end on the clock, or when they are revoked', async () => {
    const { s3, clock, first, second, codeFor } = await start();
    s3.revoke('ASIASECOND');
    expect(await codeFor(second)).toBe('ExpiredToken');
    clock.advance(599_999);
    expect(await codeFor(first)).toBe('ok');
    clock.advance(1);
    expect(await codeFor(first)).toBe('ExpiredToken');
  });

  it('sign URLs too, with the token in the query', async () => {
    const { s3, clock, first } = await start();
    await writeFile(join(s3.folder, 'inbox', 'note.txt'), 'hello');
    const statusOf = async (credentials: SigningCredentials): Promise<string> => {
      const url = presignUrl({
        method: 'GET',
        protocol: 'http:',
        path: '/inbox/note.txt',
        query: [],
        headers: { host: `127.0.0.1:${s3.port}` },
        credentials,
        region: 'us-east-1',
        dateMs: clock.nowMs(),
        expiresInSeconds: 60,
      });
      const answer = await fetch(url);
      const text = await answer.text();
      return answer.ok ? text : (/<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? text);
    };
    expect(await statusOf(first)).toBe('hello');
    expect(await statusOf({ ...first, sessionToken: 'token2' })).toBe('InvalidToken');
    expect(await statusOf({ ...first, secretAccessKey: 'wrong' })).toBe('SignatureDoesNotMatch');
    s3.revoke(first.accessKeyId);
    expect(await statusOf(first)).toBe('ExpiredToken');
    expect(s3.requestCount(first.accessKeyId)).toBe(4);
  });
});

it('takes what the fake STS gave out, for as long as it said', async () => {
  const clock = createManualClock(Date.now());
  const user = { accessKeyId: 'AKIAUSER', secretAccessKey: 'secret', arn: 'arn:aws:iam::123456789012:user/ann' };
  const roleArn = 'arn:aws:iam::123456789012:role/reader';
  const sts = await startFakeSts({ clock, users: [user], roles: [{ roleArn, trustedArns: [user.arn] }] });
  const { s3, connect } = await start(undefined, { clock, issuers: [sts] });
  endings.push(() => sts.close());
  const request = { roleArn, durationSeconds: 900, region: 'us-east-1', endpointUrl: sts.endpointUrl };
  const assumed = await assumeRole(user, request, { clock, tls: { verify: true } });
  if (!assumed.ok) throw new Error(assumed.error.code);
  const store = connect(assumed.value);
  expect(codeOf(await store.listBuckets())).toBe('ok');
  s3.setDeny(() => true);
  expect(await store.listBuckets()).toMatchObject({
    error: { cause: expect.stringContaining('assumed-role/reader/bucket-brigade') as string },
  });
  clock.advance(900_000);
  expect(codeOf(await store.listBuckets())).toBe('ExpiredToken');
});

describe('a policy', () => {
  it('that allows one prefix refuses all else, by the name of the permission', async () => {
    const { s3, first, connect } = await start(denyOutside('inbox', 'in/'));
    const store = connect(first);
    const list = (prefix: string) => store.listPage({ bucket: 'inbox', prefix, delimiter: '/', maxKeys: 10 });
    expect(codeOf(await store.listBuckets())).toBe('ok');
    expect(codeOf(await store.putSmall('inbox', 'in/a', new Uint8Array(1), {}))).toBe('ok');
    expect(codeOf(await list('in/'))).toBe('ok');
    expect(await list('')).toMatchObject({ error: { code: 'AccessDenied', context: { permission: 's3:ListBucket' } } });
    expect(await store.putSmall('inbox', 'out/a', new Uint8Array(200_000), {})).toMatchObject({
      error: { code: 'AccessDenied', context: { permission: 's3:PutObject' } },
    });
    s3.setDeny(null);
    expect(codeOf(await list(''))).toBe('ok');
  });

  it('is asked only for credentials that are good', async () => {
    const { s3, first, codeFor } = await start(() => true);
    expect(await codeFor(first)).toBe('AccessDenied');
    s3.revoke(first.accessKeyId);
    expect(await codeFor(first)).toBe('ExpiredToken');
  });
});
