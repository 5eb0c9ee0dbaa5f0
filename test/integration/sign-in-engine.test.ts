import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEngine } from '../../main/engine.ts';
import type { Engine } from '../../main/engine-types.ts';
import { systemClock } from '../../main/system-clock.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { ConnectionId, JobId } from '../../shared/domain/ids.ts';
import type { JobState, JobView } from '../../shared/domain/transfer.ts';
import type { AppError } from '../../shared/errors.ts';
import { type FakeSts, startFakeSts } from '../fakes/fake-sts.ts';
import { startTemporaryS3, type TemporaryS3, type TemporaryS3Request } from '../fakes/temporary-s3.ts';
import { must } from '../fakes/test-connection.ts';
import { engineThreads } from '../servers/engine-threads.ts';

/** The whole engine, signing in at a strict STS, against an S3 that takes only what that gave out. */
const base = {
  accessKeyId: 'AKIABASE',
  secretAccessKey: 'the-base-secret-is-this',
  arn: 'arn:aws:iam::123456789012:user/kim',
};
const roleArn = 'arn:aws:iam::123456789012:role/transfers';
const externalId = 'brigade-user-123456789012';
const mfaSerial = 'arn:aws:iam::123456789012:mfa/kim';
const partBytes = 8 * 1024 * 1024;

let folder: string;
let dataDir: string;
let sts: FakeSts;
let s3: TemporaryS3;
let engine: Engine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brigade-sign-in-'));
  dataDir = join(folder, 'data');
  sts = await startFakeSts({
    clock: systemClock,
    users: [base],
    roles: [{ roleArn, trustedArns: [base.arn], externalId, maxDurationSeconds: 7200 }],
  });
  s3 = await startTemporaryS3({ clock: systemClock, issuers: [sts], buckets: ['box', 'shelf'] });
  engine = await open();
});

afterEach(async () => {
  await engine.close();
  await s3.close();
  await sts.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Engine> {
  return must(await openEngine({ ...engineThreads(), dataDir, host: 'cli', version: '1.2.3', checkOutput: true }));
}

async function call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
  return must(await engine.call(name, input));
}

async function failure<N extends CommandName>(name: N, input: CommandInput<N>): Promise<AppError> {
  const result = await engine.call(name, input);
  if (result.ok) throw new Error(`${name} was expected to fail`);
  return result.error;
}

type Connection = CommandInput<'connections.add'>['connection'];
const roleConnection = (name: string, auth: object = {}): Connection => ({
  name,
  auth: {
    type: 'role',
    roleArn,
    externalId,
    base: { type: 'accessKey', accessKeyId: base.accessKeyId, secretAccessKey: base.secretAccessKey },
    stsEndpointUrl: sts.endpointUrl,
    ...auth,
  },
  endpointUrl: s3.endpointUrl,
  pathStyle: true,
  uploadThreads: 1,
  downloadThreads: 1,
});

async function add(connection: Connection): Promise<ConnectionId> {
  return (await call('connections.add', { connection })).connection.id;
}

const assumed = () => sts.calls.filter(({ action }) => action === 'AssumeRole').length;
const stateOf = async (connectionId: string) =>
  (await call('connections.list', {})).connections.find(({ id }) => id === connectionId)?.status;
const tested = (connectionId: ConnectionId, more: object = {}) =>
  call('connections.test', { testId: 't', target: { connectionId }, ...more });

async function until(jobId: JobId, ...states: JobState[]): Promise<JobView> {
  let found: JobView | undefined;
  await expect
    .poll(
      async () => {
        found = (await call('transfers.list', {})).jobs.find(({ id }) => id === jobId);
        return found?.state;
      },
      { timeout: 60_000, interval: 20 },
    )
    .toSatisfy((state: JobState) => states.includes(state));
  return found as JobView;
}

const start = async (request: object): Promise<JobId> =>
  (await call('transfers.start', { request: { conflict: 'overwrite', ...request } as never })).jobId;

async function bigFile(parts: number): Promise<{ path: string; content: Buffer }> {
  const content = randomBytes(parts * partBytes - 5);
  const path = join(folder, `big-${parts}`);
  await writeFile(path, content);
  return { path, content };
}

/** The key that these requests of a kind (counted from 1) are signed with ends just as they arrive. */
function endAt(counts: readonly number[], isOfKind: (request: TemporaryS3Request) => boolean) {
  const ended = new Set<string>();
  let seen = 0;
  s3.setDeny((request) => {
    if (!isOfKind(request)) return false;
    seen += 1;
    if (counts.includes(seen)) {
      ended.add(request.accessKeyId);
      s3.revoke(request.accessKeyId);
    }
    return false;
  });
  return { seen: () => seen, ended: () => ended.size };
}

describe('a transfer that outlives its credentials', () => {
  test('goes up: one refresh for all its parts each time, the refused part again, the upload it began', async () => {
    const connectionId = await add(roleConnection('Role'));
    const { path, content } = await bigFile(10);
    const parts = endAt([2, 7, 12], ({ query }) => query.has('partNumber'));
    const jobId = await start({ kind: 'upload', connectionId, bucket: 'box', items: [{ file: path, key: 'big' }] });
    expect(await until(jobId, 'done', 'failed')).toMatchObject({ state: 'done', filesDone: 1, filesFailed: 0 });
    expect((await readFile(join(s3.folder, 'box', 'big'))).equals(content)).toBe(true);
    expect(parts.ended()).toBe(3);
    expect(assumed()).toBe(4);
    const creations = s3.requests.filter(({ method, query }) => method === 'POST' && query.has('uploads'));
    expect(creations).toHaveLength(1);
    // Each part was taken once: again went only what was refused.
    expect(parts.seen()).toBe(10 + parts.ended());
  });

  test('comes down, and goes from bucket to bucket', async () => {
    const connectionId = await add(roleConnection('Role'));
    const { content } = await bigFile(6);
    await writeFile(join(s3.folder, 'box', 'big'), content);
    const reads = endAt([1, 3], ({ action }) => action === 's3:GetObject');
    const down = await start({
      kind: 'download',
      connectionId,
      bucket: 'box',
      items: [{ key: 'big', file: join(folder, 'down') }],
    });
    expect(await until(down, 'done', 'failed')).toMatchObject({ state: 'done', filesDone: 1, filesFailed: 0 });
    expect((await readFile(join(folder, 'down'))).equals(content)).toBe(true);
    expect(reads.ended()).toBe(2);
    expect(assumed()).toBe(3);

    const before = assumed();
    const always = Array.from({ length: 50 }, (_, index) => index + 1);
    const writes = endAt(always, ({ bucket, method }) => bucket === 'shelf' && method === 'PUT');
    const copy = await start({
      kind: 'copy',
      connectionId,
      bucket: 'box',
      toBucket: 'shelf',
      items: [{ key: 'big', toKey: 'big' }],
    });
    // Its one write is refused whatever it is signed with: then it fails with the server's reason.
    expect(await until(copy, 'done', 'failed')).toMatchObject({ state: 'failed', filesFailed: 1 });
    expect(assumed() - before).toBeLessThanOrEqual(writes.ended() + 1);
    s3.setDeny(null);
    await call('transfers.retry', { jobId: copy });
    expect(await until(copy, 'done', 'failed')).toMatchObject({ state: 'done' });
    expect((await readFile(join(s3.folder, 'shelf', 'big'))).equals(content)).toBe(true);
  });

  test('waits for a person where a code is needed, and goes on with what it has', async () => {
    const codes = ['111111', '222222', '333333'];
    sts.addRole({ roleArn: `${roleArn}-mfa`, trustedArns: [base.arn], externalId, mfaSerial, mfaCodes: codes });
    const connectionId = await add(roleConnection('With MFA', { roleArn: `${roleArn}-mfa`, mfaSerial }));
    expect((await tested(connectionId)).error).toMatchObject({ code: 'MfaNeeded', context: { mfaSerial } });
    expect(assumed()).toBe(0);
    expect((await tested(connectionId, { mfaCode: '999999' })).error).toMatchObject({ code: 'MfaRefused' });
    expect(await stateOf(connectionId)).toMatchObject({ state: 'needsYou' });
    expect(await tested(connectionId, { mfaCode: '111111' })).toMatchObject({ ok: true });
    expect(await stateOf(connectionId)).toEqual({ state: 'ready' });

    const { path, content } = await bigFile(6);
    const parts = endAt([3], ({ query }) => query.has('partNumber'));
    const jobId = await start({ kind: 'upload', connectionId, bucket: 'box', items: [{ file: path, key: 'big' }] });
    const waiting = await until(jobId, 'waiting', 'failed');
    expect(waiting).toMatchObject({ state: 'waiting', filesFailed: 0, error: { code: 'MfaNeeded' } });
    expect(waiting.error?.context).toMatchObject({ connectionId, mfaSerial });
    expect(await stateOf(connectionId)).toMatchObject({ state: 'needsYou', error: { code: 'MfaNeeded' } });
    const sent = parts.seen();

    // A code works once.
    expect(await failure('connections.signIn', { connectionId, mfaCode: '111111' })).toMatchObject({
      code: 'MfaRefused',
    });
    expect(await failure('connections.signIn', { connectionId })).toMatchObject({ code: 'MfaNeeded' });
    s3.setDeny(null);
    await call('connections.signIn', { connectionId, mfaCode: '222222' });
    expect(await until(jobId, 'done', 'failed')).toMatchObject({ state: 'done', filesDone: 1, filesFailed: 0 });
    expect((await readFile(join(s3.folder, 'box', 'big'))).equals(content)).toBe(true);
    expect(s3.requests.filter(({ method, query }) => method === 'POST' && query.has('uploads'))).toHaveLength(1);
    expect(sent).toBeGreaterThan(0);
  });

  test('refreshes before each end when sessions are short', async () => {
    // A minute is the margin: such a session is good for a second.
    sts.setLifetimeMs(61_000);
    const connectionId = await add(roleConnection('Short'));
    const { path, content } = await bigFile(4);
    // Slow enough to outlive several: each part waits until the session it has counts as expired.
    s3.setDeny(() => false);
    for (let round = 0; round < 3; round += 1) {
      const jobId = await start({
        kind: 'upload',
        connectionId,
        bucket: 'box',
        items: [{ file: path, key: `big-${round}` }],
      });
      expect(await until(jobId, 'done', 'failed')).toMatchObject({ state: 'done' });
      expect((await readFile(join(s3.folder, 'box', `big-${round}`))).equals(content)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 1100));
    }
    expect(assumed()).toBeGreaterThanOrEqual(3);
    expect(s3.requests.length).toBeGreaterThan(12);
  });
});

describe('one cache for all connections', () => {
  test('with the same settings they share one sign-in, with others they do not', async () => {
    const first = await add(roleConnection('One'));
    const second = await add(roleConnection('Two'));
    const release = sts.hold();
    const both = Promise.all([tested(first), tested(second)]);
    await sts.whenWaiting(1);
    release();
    expect(await both).toMatchObject([{ ok: true }, { ok: true }]);
    expect(assumed()).toBe(1);
    const other = await add(roleConnection('Three', { durationSeconds: 900 }));
    expect(await tested(other)).toMatchObject({ ok: true });
    expect(assumed()).toBe(2);
  });

  test('it survives a restart, sealed, and goes when its last connection goes', async () => {
    const first = await add(roleConnection('One'));
    await tested(first);
    const second = (await call('connections.duplicate', { connectionId: first })).connection;
    expect(second).toMatchObject({ name: 'One 2', auth: { type: 'role', base: { accessKeyId: base.accessKeyId } } });
    await engine.close();
    engine = await open();
    expect(await tested(second.id)).toMatchObject({ ok: true });
    expect(assumed()).toBe(1);

    // The other one still signs in that way.
    await call('connections.remove', { connectionId: first });
    await engine.close();
    engine = await open();
    await tested(second.id);
    expect(assumed()).toBe(1);
    const [issued] = sts.issued;
    for (const name of ['brigade.sqlite', 'brigade.sqlite-wal']) {
      const bytes = await readFile(join(dataDir, name)).catch(() => Buffer.alloc(0));
      expect(bytes.includes(issued?.secretAccessKey ?? 'nothing was issued')).toBe(false);
      expect(bytes.includes(issued?.sessionToken ?? 'nothing was issued')).toBe(false);
    }

    await call('connections.remove', { connectionId: second.id });
    const again = await add(roleConnection('One'));
    await tested(again);
    expect(assumed()).toBe(2);
  });

  test('a job that runs while its key is edited goes on with the new key and its secret', async () => {
    const other = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'another-secret', arn: base.arn };
    sts.addUser(other);
    const id = await add(roleConnection('One'));
    const { path, content } = await bigFile(6);
    const edited = new Promise<void>((resolve) => {
      let seen = 0;
      s3.setDeny((request) => {
        if (request.query.has('partNumber') && (seen += 1) === 2) {
          const { auth, ...settings } = roleConnection('One', {
            base: { type: 'accessKey', accessKeyId: other.accessKeyId, secretAccessKey: other.secretAccessKey },
          });
          void call('connections.update', { connectionId: id, connection: { ...settings, auth } }).then(() => {
            s3.revoke(request.accessKeyId);
            return resolve();
          });
        }
        return false;
      });
    });
    const jobId = await start({ kind: 'upload', connectionId: id, bucket: 'box', items: [{ file: path, key: 'big' }] });
    await edited;
    expect(await until(jobId, 'done', 'failed')).toMatchObject({ state: 'done', filesFailed: 0 });
    expect((await readFile(join(s3.folder, 'box', 'big'))).equals(content)).toBe(true);
    await tested(id);
    expect(sts.calls.at(-1)?.accessKeyId).toBe(other.accessKeyId);
  });

  test('the test of a connection that is not saved leaves nothing on the disk', async () => {
    const target = { connection: roleConnection('Draft') };
    expect(await call('connections.test', { testId: 't', target })).toMatchObject({ ok: true });
    await engine.close();
    expect(await readdir(dataDir)).not.toContain('vault.key');
    engine = await open();
    expect(await call('connections.test', { testId: 't', target })).toMatchObject({ ok: true });
    expect(assumed()).toBe(2);
  });

  test('an edit of what signs in signs in anew; an edit of the rest keeps the secret and the session', async () => {
    const id = await add(roleConnection('One'));
    await tested(id);
    const { auth, ...settings } = roleConnection('Renamed');
    const update = { ...settings, auth: { ...auth, base: { type: 'accessKey', accessKeyId: base.accessKeyId } } };
    await call('connections.update', { connectionId: id, connection: update as never });
    expect(await tested(id)).toMatchObject({ ok: true });
    expect(assumed()).toBe(1);
    const wrong = { ...update, auth: { ...update.auth, externalId: 'BRIGADE-user-123456789012' } };
    await call('connections.update', { connectionId: id, connection: wrong as never });
    const refused = await tested(id);
    expect(refused).toMatchObject({ ok: false, error: { code: 'AssumeRoleDenied', context: { roleArn } } });
    expect(refused.steps.find(({ name }) => name === 'credentials')).toMatchObject({ state: 'failed' });
  });
});

describe('what a person is told', () => {
  test('that a role taken with a session of another lasts an hour, also after a restart', async () => {
    const [role, second] = [`${roleArn}-first`, `${roleArn}-second`];
    sts.addRole({ roleArn: role, trustedArns: [base.arn] });
    sts.addRole({ roleArn: second, trustedArns: [role], maxDurationSeconds: 7200 });
    const first = await add(roleConnection('First', { roleArn: role, externalId: '' }));
    await tested(first);
    const [session] = sts.issued;
    if (session === undefined) throw new Error('Nothing was issued.');
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    const chained = await add(
      roleConnection('Second', {
        roleArn: second,
        externalId: '',
        durationSeconds: 7200,
        base: { type: 'accessKey', accessKeyId, secretAccessKey, sessionToken },
      }),
    );
    const told = async () => (await tested(chained)).steps.find(({ name }) => name === 'credentials')?.note?.code;
    expect(await told()).toBe('acceptedShortened');
    await engine.close();
    engine = await open();
    expect(await told()).toBe('acceptedShortened');
    expect(sts.calls.at(-1)?.parameters['DurationSeconds']).toBe('3600');
  });

  test('a duration the role does not allow, and names cleaned', async () => {
    const tooLong = roleConnection('Long', { durationSeconds: 10_000, sessionName: 'Kim Müller & Co' });
    const { connection } = await call('connections.add', { connection: tooLong });
    expect(connection.auth).toMatchObject({ sessionName: 'Kim-M-ller---Co' });
    expect((await tested(connection.id)).error).toMatchObject({ code: 'RoleDurationTooLong' });
  });

  test('the external ID of the installation stays the same', async () => {
    const { externalId: made } = await call('connections.externalId', {});
    expect(made).toMatch(/^brigade-user-\d{12}$/);
    await engine.close();
    engine = await open();
    expect(await call('connections.externalId', {})).toEqual({ externalId: made });
  });

  test('the policies of a role, and that nobody can be asked who calls away from Amazon', async () => {
    const id = await add({ ...roleConnection('One'), restrictToBucket: 'box', restrictToPath: 'in/' });
    const { trustPolicy, permissionsPolicy } = await call('connections.policy', { connectionId: id });
    expect(JSON.parse(trustPolicy ?? '')).toMatchObject({
      Statement: [{ Action: 'sts:AssumeRole', Condition: { StringEquals: { 'sts:ExternalId': externalId } } }],
    });
    expect(permissionsPolicy).toContain('arn:aws:s3:::box/in/*');
    expect(await failure('connections.callerArn', { target: { connectionId: id } })).toMatchObject({
      code: 'Unsupported',
    });
  });
});
