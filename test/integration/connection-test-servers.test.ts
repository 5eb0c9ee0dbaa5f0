import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenStore } from '../../main/connections/connection-details.ts';
import { probeEndpoint } from '../../main/connections/probe-endpoint.ts';
import { testConnection, type TestConnectionOptions } from '../../main/connections/test-connection.ts';
import { createCredentialLoader } from '../../main/credentials/auth-loaders.ts';
import type { ConnectionSettings } from '../../shared/domain/connection.ts';
import { testedActions, type TestResult } from '../../shared/domain/connection-test.ts';
import type { Result } from '../../shared/result.ts';
import { describeTestStep } from '../../shared/words/describe-test-step.ts';
import { anyPlace, credentialDepsWith } from '../fakes/credential-deps.ts';
import { startTestLocalS3 } from '../servers/local-s3.ts';
import { cephIsInstalled, useSharedCeph } from '../servers/shared-ceph.ts';

type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string };
type TestedServer = Keys & { readonly endpointUrl: string; readonly stranger?: Keys; stop(): Promise<void> };

const credentialDeps = credentialDepsWith();
const { clock } = credentialDeps;
const openStore = createOpenStore(credentialDeps);

const servers: [name: string, start: () => Promise<TestedServer>][] = [['the local S3', () => startTestLocalS3()]];
if (cephIsInstalled) {
  servers.push([
    'Ceph',
    async () => {
      const { baseUser, ...ceph } = await useSharedCeph();
      return { ...ceph, stranger: baseUser, stop: async () => undefined };
    },
  ]);
}

describe.each(servers)('a connection to %s', (serverName, start) => {
  let server: TestedServer;
  const stores: { close(): void }[] = [];
  const bucket = `connection-test-${process.pid}`;

  beforeAll(async () => {
    server = await start();
    const { store } = await opened();
    valueOf(await store.createBucket(bucket));
    valueOf(await store.putSmall(bucket, 'in/a', new Uint8Array(1), {}));
  });
  afterAll(async () => {
    const { store } = await opened();
    valueOf(await store.remove(bucket, 'in/a'));
    valueOf(await store.removeBucket(bucket));
    for (const each of stores) each.close();
    await server.stop();
  });

  const settingsWith = (fields: Partial<ConnectionSettings>): ConnectionSettings => ({
    name: 'n',
    endpointUrl: server.endpointUrl,
    pathStyle: true,
    downloadThreads: 1,
    uploadThreads: 4,
    ...fields,
  });
  const authOf = ({ accessKeyId, secretAccessKey }: Keys) =>
    ({ type: 'accessKey', accessKeyId, secretAccessKey }) as const;

  async function opened() {
    const result = await openStore({ settings: settingsWith({}), auth: authOf(server) });
    const opened = valueOf(result);
    stores.push(opened);
    return opened;
  }

  /** State and result of each step, in a line, and the outcome. */
  async function test(
    fields: Partial<ConnectionSettings> = {},
    keys: Partial<Keys> = {},
    options: TestConnectionOptions = {},
  ): Promise<TestResult & { line: string }> {
    const result = await testConnection(
      { settings: settingsWith(fields), auth: authOf({ ...server, ...keys }) },
      {
        openStore,
        probeEndpoint,
        clock,
        loadCredentials: ({ auth }) => createCredentialLoader(auth, anyPlace, credentialDeps).load({}),
        callerIdentity: () => expect.unreachable('STS is never asked for a connection with an endpoint of its own'),
      },
      options,
    );
    return { ...result, line: result.steps.map(({ state }) => state).join(' ') };
  }
  const detailOf = ({ steps }: TestResult, name: string) =>
    steps.filter((step) => step.name === name).map(describeTestStep)[0];

  it('is fine with the right key', async () => {
    expect(await test()).toMatchObject({ ok: true, line: 'ok ok ok skipped ok skipped ok' });
  });

  it('is fine under a restriction', async () => {
    const found = await test({ restrictToBucket: bucket, restrictToPath: '/in/' });
    expect(found).toMatchObject({ ok: true, line: 'ok ok ok skipped ok ok ok' });
    expect(detailOf(found, 'restriction')).toBe(`${bucket}/in/ can be read.`);
    expect(await test({ restrictToBucket: bucket, restrictToPath: 'not there' })).toMatchObject({ ok: true });
  });

  it('with a wrong key or secret says which', async () => {
    expect(await test({}, { accessKeyId: 'AKIANOBODY0000000000' })).toMatchObject({
      ok: false,
      line: 'ok ok failed skipped skipped skipped skipped',
      error: { code: 'InvalidAccessKeyId' },
    });
    for (const fields of [{}, { restrictToBucket: bucket }]) {
      expect(await test(fields, { secretAccessKey: 'wrong' })).toMatchObject({
        ok: false,
        line: 'ok ok failed skipped skipped skipped skipped',
        // Ceph does not tell a wrong secret from a wrong key.
        error: { code: serverName === 'Ceph' ? 'InvalidAccessKeyId' : 'SignatureDoesNotMatch' },
      });
    }
  });

  it('to a bucket that differs in case is warned, with the right name', async () => {
    const found = await test({ restrictToBucket: bucket.replace('c', 'C') });
    expect(found).toMatchObject({ ok: true, line: 'ok ok ok skipped ok warning skipped' });
    expect(detailOf(found, 'restriction')).toContain(`did you mean ${bucket}?`);
  });

  it('to a bucket that is not there is warned', async () => {
    const found = await test({ restrictToBucket: `${bucket}-gone` });
    expect(found).toMatchObject({ ok: true, line: 'ok ok ok skipped ok warning skipped' });
  });

  const outcomesOf = ({ permissions }: TestResult) =>
    Object.fromEntries(permissions?.results.map(({ action, outcome }) => [action, outcome]) ?? []);
  const keysNow = async () => {
    const { store } = await opened();
    return valueOf(await store.listPage({ bucket, prefix: '', delimiter: '' })).objects.map(({ key }) => key);
  };

  it('tries what is allowed without writing', async () => {
    for (const path of ['in/', 'in', 'nothing here/']) {
      const found = await test({ restrictToBucket: bucket, restrictToPath: path });
      expect(detailOf(found, 'permissions')).toBe(`Everything that was tried in ${bucket}/${path} is allowed.`);
      expect(outcomesOf(found)).toEqual({
        createConnection: 'allowed',
        createBucket: 'notTested',
        delete: 'notTested',
        download: 'allowed',
        presign: 'allowed',
        location: 'allowed',
        list: 'allowed',
        upload: 'notTested',
        streamingUpload: 'notTested',
        triggers: 'allowed',
        auditLog: 'notTested',
      });
    }
    expect(await keysNow()).toEqual(['in/a']);
  });

  it('uploads an object where that was agreed to, and leaves nothing behind', async () => {
    const agreed: readonly (readonly [Partial<ConnectionSettings>, TestConnectionOptions])[] = [
      [{ restrictToBucket: bucket, restrictToPath: 'in/' }, { writeProbe: true }],
      [{}, { writeProbe: true, probeBucket: bucket }],
    ];
    for (const [fields, options] of agreed) {
      const found = await test(fields, {}, options);
      expect(found.permissions).toMatchObject({ bucket, wrote: true });
      expect(outcomesOf(found)).toEqual(
        Object.fromEntries(
          testedActions.map((action) => [action, action === 'createBucket' ? 'notTested' : 'allowed']),
        ),
      );
      expect(await keysNow()).toEqual(['in/a']);
      const { store } = await opened();
      expect(valueOf(await store.listUploads(bucket, ''))).toEqual([]);
    }
  });

  if (serverName === 'Ceph') {
    it('of somebody without rights to the restriction is refused', async () => {
      const found = await test({ restrictToBucket: bucket }, server.stranger);
      expect(found).toMatchObject({
        ok: false,
        line: 'ok ok ok skipped ok failed warning',
        error: { code: 'AccessDenied', context: { bucket } },
      });
      expect(outcomesOf(found)).toMatchObject({ list: 'denied', download: 'notTested', upload: 'notTested' });
      const wrote = await test({ restrictToBucket: bucket }, server.stranger, { writeProbe: true });
      expect(wrote.permissions?.wrote).toBe(false);
      expect(outcomesOf(wrote)).toMatchObject({ upload: 'denied', streamingUpload: 'denied', delete: 'notTested' });
    });
  }
});

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
