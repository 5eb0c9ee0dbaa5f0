import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../main/system-clock.ts';
import { type FakeRolesAnywhere, startFakeRolesAnywhere } from '../fakes/fake-roles-anywhere.ts';
import { type FakeSts, startFakeSts } from '../fakes/fake-sts.ts';
import { startTemporaryS3, type TemporaryS3 } from '../fakes/temporary-s3.ts';
import {
  type Identity,
  makeTestCertificates,
  opensslIsInstalled,
  type TestCertificates,
} from '../fakes/test-certificates.ts';
import { runBrigade } from '../servers/brigade.ts';

/** `brigade connections …` with roles, Roles Anywhere and profiles, each command a process of its own. */
const user = { accessKeyId: 'AKIABASE', secretAccessKey: 'the-base-secret', arn: 'arn:aws:iam::123456789012:user/kim' };
const roleArn = 'arn:aws:iam::123456789012:role/transfers';
const mfaRoleArn = `${roleArn}-mfa`;
const mfaSerial = 'arn:aws:iam::123456789012:mfa/kim';
const anywhere = 'arn:aws:rolesanywhere:eu-central-1:123456789012';
const trustAnchorArn = `${anywhere}:trust-anchor/8a4e3a5e-7c43-4a55-9e3f-1f2d3c4b5a69`;
const profileArn = `${anywhere}:profile/11111111-7c43-4a55-9e3f-1f2d3c4b5a69`;

let folder: string;
let dataDir: string;
let sts: FakeSts;
let s3: TemporaryS3;

beforeAll(async () => {
  sts = await startFakeSts({
    clock: systemClock,
    users: [user],
    roles: [
      { roleArn, trustedArns: [user.arn], externalId: 'brigade-user-42' },
      { roleArn: mfaRoleArn, trustedArns: [user.arn], mfaSerial, mfaCodes: ['111111', '222222'] },
    ],
  });
});
afterAll(async () => {
  await sts.close();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brigade-cli-sign-in-'));
  dataDir = join(folder, 'data');
  await mkdir(dataDir);
  return () => rm(folder, { recursive: true, force: true });
});

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runBrigade(args, {
    dataDir,
    cwd: folder,
    // A key file in the place of the passphrase, which takes half a second of one core each time.
    env: { BRIGADE_VAULT_PASSPHRASE: '', ...env },
  });
  return { code, out: stdout.toString(), said: stderr };
}
async function done(...args: string[]): Promise<string> {
  const outcome = await run(args);
  expect({ args, ...outcome }).toMatchObject({ code: 0 });
  return outcome.out;
}
const save = (name: string, value: object) => writeFile(join(folder, name), JSON.stringify(value));
const base = { type: 'accessKey', accessKeyId: user.accessKeyId, secretAccessKey: user.secretAccessKey };
const role = (name: string, auth: object = {}) => ({
  name,
  auth: { type: 'role', roleArn, externalId: 'brigade-user-42', base, stsEndpointUrl: sts.endpointUrl, ...auth },
  endpointUrl: s3.endpointUrl,
  pathStyle: true,
});
const assumed = () => sts.calls.filter(({ action }) => action === 'AssumeRole').length;

describe('a role', () => {
  beforeAll(async () => {
    s3 = await startTemporaryS3({ clock: systemClock, issuers: [sts], buckets: ['box'] });
    return () => s3.close();
  });

  test('is assumed once for commands one after the other, and its answers are those of the interface', async () => {
    await save('role.json', role('Archive', { sessionName: 'Kim & Co' }));
    const before = assumed();
    const added = await run(['connections', 'add', '--file', 'role.json']);
    expect(added).toMatchObject({ code: 0 });
    expect(added.said).toContain('The session name is sent as "Kim---Co"');
    const tested = JSON.parse(await done('connections', 'test', 'archive', '--json')) as {
      ok: boolean;
      steps: { name: string; ok: boolean; detail: string }[];
      permissions: { action: string; outcome: string }[];
    };
    expect(tested.ok).toBe(true);
    expect(tested.steps.map(({ name }) => name)).toEqual([
      'endpoint',
      'clock',
      'credentials',
      'identity',
      'buckets',
      'restriction',
      'permissions',
    ]);
    expect(tested.permissions).toContainEqual({ action: 'upload', outcome: 'notTested', permission: 's3:PutObject' });
    await writeFile(join(folder, 'a.txt'), 'one');
    await done('cp', 'a.txt', 's3://box/a.txt', '--connection', 'Archive');
    expect(await done('ls', 's3://box', '--connection', 'Archive')).toContain('a.txt');
    expect(assumed()).toBe(before + 1);

    const policy = await done('connections', 'policy', 'Archive', '--json');
    expect(JSON.parse(policy)).toMatchObject({
      trustPolicy: { Statement: [{ Condition: { StringEquals: { 'sts:ExternalId': 'brigade-user-42' } } }] },
      permissionsPolicy: { Version: '2012-10-17' },
    });
    const probed = await done('connections', 'test', 'Archive', '--write-probe', '--bucket', 'box');
    expect(probed).toContain('✓ Upload: allowed (s3:PutObject)');
    expect(await done('ls', '-r', 's3://box', '--connection', 'Archive', '--json')).not.toContain('probe');
  });

  test('with another external ID is refused with the four things to check', async () => {
    await save('role.json', role('Archive', { externalId: 'BRIGADE-user-42' }));
    const { code, out, said } = await run(['connections', 'test', '--file', 'role.json', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'AssumeRoleDenied' } });
    expect(JSON.parse(out).error.fix).toMatch(/sts:AssumeRole.*trust policy.*external ID.*MFA/);
    expect(said).not.toContain(user.secretAccessKey);
  });

  test('with MFA takes the code once, and jobs wait for it', async () => {
    await save('role.json', role('With MFA', { roleArn: mfaRoleArn, externalId: '', mfaSerial }));
    await done('connections', 'add', '--file', 'role.json');
    const needed = await run(['connections', 'test', 'With MFA', '--json']);
    expect(needed.code).toBe(1);
    expect(JSON.parse(needed.out)).toMatchObject({ ok: false, error: { code: 'MfaNeeded' } });
    await writeFile(join(folder, 'b.txt'), 'two');
    const waiting = await run(['cp', 'b.txt', 's3://box/b.txt', '--connection', 'With MFA']);
    expect(waiting.code).toBe(1);
    expect(waiting.said).toMatch(/brigade connections sign-in/);
    expect(await run(['connections', 'sign-in', 'With MFA', '--code', '12345'])).toMatchObject({ code: 2 });
    expect(await run(['connections', 'sign-in', 'With MFA', '--code', '999999'])).toMatchObject({ code: 1 });
    await done('connections', 'sign-in', 'With MFA', '--code', '111111');
    await done('transfers', 'resume');
    expect(await readFile(join(s3.folder, 'box', 'b.txt'), 'utf8')).toBe('two');
  });

  test('goes from one installation to another without its secret', async () => {
    await save('role.json', role('Archive'));
    await done('connections', 'add', '--file', 'role.json');
    await done('connections', 'duplicate', 'Archive');
    const text = await done('connections', 'export');
    expect(text).not.toContain(user.secretAccessKey);
    await writeFile(join(folder, 'exported.json'), text);
    await done('connections', 'remove', 'Archive');
    const imported = await run(['connections', 'import', '--file', 'exported.json', '--json']);
    expect(imported.code).toBe(0);
    expect(JSON.parse(imported.out)).toEqual({ added: ['Archive', 'Archive 3'], refused: [] });
    const { code, out } = await run(['connections', 'test', 'Archive', '--json']);
    expect([code, JSON.parse(out).error.code]).toEqual([1, 'CredentialsMissing']);
    await done('connections', 'test', 'Archive 2');
    for (const content of [
      'nonsense',
      '{}',
      '{"format":"bucket-brigade-connections","version":1,"connections":[{}]}',
    ]) {
      await writeFile(join(folder, 'exported.json'), content);
      expect(await run(['connections', 'import', '--file', 'exported.json'])).toMatchObject({ code: 1 });
    }
  });

  test('of a profile is copied, or referred to', async () => {
    await writeFile(
      join(folder, 'config'),
      `[profile work]\nrole_arn = ${roleArn}\nexternal_id = brigade-user-42\nsource_profile = keys\n`,
    );
    await writeFile(
      join(folder, 'credentials'),
      `[keys]\naws_access_key_id = ${user.accessKeyId}\naws_secret_access_key = ${user.secretAccessKey}\n`,
    );
    const files = {
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    };
    await save('copied.json', { ...role('Copied'), auth: { type: 'profile', profile: 'work', copyKeys: true } });
    const added = await run(['connections', 'add', '--file', 'copied.json', '--json'], files);
    expect(JSON.parse(added.out)).toMatchObject({
      auth: { type: 'role', roleArn, externalId: 'brigade-user-42', base: { accessKeyId: user.accessKeyId } },
    });
    await save('plain.json', {
      ...role('Plain'),
      auth: {
        type: 'role',
        roleArn,
        base: { type: 'profile', profile: 'keys' },
        externalId: 'brigade-user-42',
        stsEndpointUrl: sts.endpointUrl,
      },
    });
    expect(await run(['connections', 'add', '--file', 'plain.json'], files)).toMatchObject({ code: 0 });
    expect(await run(['ls', '--connection', 'Plain'], files)).toMatchObject({ code: 0 });
  });
});

if (opensslIsInstalled) {
  describe('Roles Anywhere', () => {
    let certificates: TestCertificates;
    let service: FakeRolesAnywhere;
    let leaf: Identity;
    let chainPem: string;
    beforeAll(async () => {
      certificates = await makeTestCertificates();
      const chain = await certificates.chain('p256');
      ({ leaf, chainPem } = chain);
      service = await startFakeRolesAnywhere({
        clock: systemClock,
        trustAnchorPem: chain.root.certificatePem,
        profileArn,
        roleArn,
        trustAnchorArn,
        region: 'eu-central-1',
      });
      s3 = await startTemporaryS3({ clock: systemClock, issuers: [service], buckets: ['box'] });
      return async () => {
        await s3.close();
        await service.close();
        await certificates.close();
      };
    });
    const connection = (auth: object) => ({
      name: 'Anywhere',
      auth: {
        type: 'rolesAnywhere',
        profileArn,
        roleArn,
        trustAnchorArn,
        region: 'us-east-1',
        customRegion: 'eu-central-1',
        sessionName: 'brigade',
        endpointUrl: service.endpointUrl,
        ...auth,
      },
      endpointUrl: s3.endpointUrl,
      pathStyle: true,
    });

    test('signs in with files, which are needed no more once it is saved', async () => {
      await writeFile(join(folder, 'chain.pem'), chainPem);
      await writeFile(
        join(folder, 'key.pem'),
        await certificates.writeKey(leaf.keyPem, 'pkcs8-aes256', 'a pass phrase'),
      );
      const files = { certificateFile: 'chain.pem', privateKeyFile: 'key.pem' };
      await save('anywhere.json', connection({ ...files, privateKeyPassphrase: 'wrong' }));
      const wrong = await run(['connections', 'test', '--file', 'anywhere.json', '--json']);
      expect(JSON.parse(wrong.out)).toMatchObject({ ok: false, error: { code: 'PassphraseWrong' } });
      await save('anywhere.json', connection({ ...files, privateKeyPassphrase: 'a pass phrase' }));
      await done('connections', 'add', '--file', 'anywhere.json');
      await rm(join(folder, 'chain.pem'));
      await rm(join(folder, 'key.pem'));
      service.tell({ sessionName: 'refused' });
      const before = service.requests.length;
      const tested = await done('connections', 'test', 'Anywhere');
      service.tell({ sessionName: 'taken' });
      expect(tested).toContain('The profile takes no session name');
      await done('ls', 's3://box', '--connection', 'Anywhere');
      // Asked once with the name and once without; the command after it needed no more.
      expect(service.requests.length).toBe(before + 2);
      expect(await done('connections', 'list')).toContain(`Roles Anywhere ${roleArn}`);
      expect(await done('connections', 'policy', 'Anywhere')).toContain('rolesanywhere.amazonaws.com');
    });

    test("shows the service's own words beside ours", async () => {
      await save(
        'anywhere.json',
        connection({ certificatePem: chainPem, privateKeyPem: leaf.keyPem, durationSeconds: 900 }),
      );
      service.tell({ deny: 'Unable to assume role for arn' });
      const { out } = await run(['connections', 'test', '--file', 'anywhere.json', '--json']);
      service.tell({ deny: null });
      const { error, steps } = JSON.parse(out) as { error: { code: string; message: string }; steps: object[] };
      expect(error.code).toBe('RolesAnywhereRoleDenied');
      expect(error.message).toContain('Unable to assume role for arn');
      expect(steps).toContainEqual(expect.objectContaining({ name: 'credentials', ok: false }));
    });
  });
} else {
  test('OpenSSL is not installed here, so Roles Anywhere is left out', () => {
    expect(opensslIsInstalled).toBe(false);
  });
}
