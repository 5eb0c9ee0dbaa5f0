import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CredentialAuth, createCredentialLoader } from '../../main/credentials/auth-loaders.ts';
import { regionOfProfile } from '../../main/credentials/profiles/aws-files.ts';
import type { SecretTexts } from '../../main/credentials/vault/vault.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { systemClock } from '../../main/system-clock.ts';
import { anyPlace, credentialDepsWith } from '../fakes/credential-deps.ts';
import { startFakeSts } from '../fakes/fake-sts.ts';

let folder: string;
let awsFiles: { credentialsFile: string; configFile: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brigade-aws-'));
  awsFiles = { credentialsFile: join(folder, 'credentials'), configFile: join(folder, 'config') };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type SecretGetter = { get(id: string): Promise<Result<SecretTexts>> };
const sourceOf = (auth: CredentialAuth, vault?: SecretGetter) => {
  const deps = credentialDepsWith({ awsFiles, ...(vault ? { vault } : {}) });
  return deps.cache.source(createCredentialLoader(auth, anyPlace, deps));
};
const load = (auth: CredentialAuth, vault?: SecretGetter) => sourceOf(auth, vault)();
const environment = (fields: object): CredentialAuth => ({
  type: 'environment',
  environment: { verifyTls: true, ...fields },
});

describe('an access key', () => {
  it('is what was typed, an empty session token being none', async () => {
    const typed = { type: 'accessKey', accessKeyId: 'A', secretAccessKey: 's' } as const;
    expect(await load(typed)).toEqual(ok({ accessKeyId: 'A', secretAccessKey: 's' }));
    expect(await load({ ...typed, sessionToken: '' })).toEqual(ok({ accessKeyId: 'A', secretAccessKey: 's' }));
    expect(await load({ ...typed, sessionToken: 't' })).toEqual(
      ok({ accessKeyId: 'A', secretAccessKey: 's', sessionToken: 't' }),
    );
  });

  it('comes out of the vault when it was saved', async () => {
    const auth = { type: 'accessKey', accessKeyId: 'A', hasSessionToken: true } as const;
    const saved = { type: 'saved', auth, secretId: 'connection/1' } as const;
    const vault = { get: async (id: string) => ok({ secretAccessKey: `secret of ${id}`, sessionToken: 't' }) };
    expect(await load(saved, vault)).toEqual(
      ok({ accessKeyId: 'A', secretAccessKey: 'secret of connection/1', sessionToken: 't' }),
    );
    expect(await load(saved, { get: async () => err(appError('VaultLocked')) })).toMatchObject({
      ok: false,
      error: { code: 'VaultLocked' },
    });
    expect(await load(saved)).toMatchObject({ ok: false, error: { code: 'CredentialsMissing' } });
  });

  it('has a cache key that tells keys apart and gives no secret away', async () => {
    const keyOf = async (auth: CredentialAuth) => {
      const key = await createCredentialLoader(auth, anyPlace, credentialDepsWith()).cacheKey(false);
      return key.ok ? key.value : key.error.code;
    };
    const typed = { type: 'accessKey', accessKeyId: 'A', secretAccessKey: 'the-secret' } as const;
    expect(await keyOf(typed)).toBe(await keyOf({ ...typed }));
    expect(await keyOf(typed)).not.toBe(await keyOf({ ...typed, secretAccessKey: 'another' }));
    expect(await keyOf(typed)).not.toBe(await keyOf({ ...typed, sessionToken: 't' }));
    expect(await keyOf(typed)).not.toContain('the-secret');
  });
});

describe('a role of a profile', () => {
  it('whose own keys need a code gets it passed on', async () => {
    writeFileSync(
      awsFiles.configFile,
      '[profile mfa]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = keys\nmfa_serial = arn:aws:iam::123456789012:mfa/kim\n',
    );
    writeFileSync(awsFiles.credentialsFile, '[keys]\naws_access_key_id = K\naws_secret_access_key = S\n');
    const sts = await startFakeSts({
      clock: systemClock,
      users: [{ accessKeyId: 'K', secretAccessKey: 'S', arn: 'arn:aws:iam::123456789012:user/kim' }],
      roles: [
        {
          roleArn: 'arn:aws:iam::123456789012:role/a',
          trustedArns: ['arn:aws:iam::123456789012:user/kim'],
          mfaSerial: 'arn:aws:iam::123456789012:mfa/kim',
          mfaCodes: ['111111'],
        },
        { roleArn: 'arn:aws:iam::123456789012:role/b', trustedArns: ['arn:aws:iam::123456789012:role/a'] },
      ],
    });
    const deps = credentialDepsWith({ awsFiles });
    const place = { ...anyPlace, endpointUrl: sts.endpointUrl };
    const auth = {
      type: 'role',
      roleArn: 'arn:aws:iam::123456789012:role/b',
      base: { type: 'profile', profile: 'mfa' },
      durationSeconds: 3600,
    } as const;
    const get = deps.cache.source(createCredentialLoader(auth, place, deps));
    expect(await get()).toMatchObject({ ok: false, error: { code: 'MfaNeeded' } });
    expect(await get({ mfaCode: '111111' })).toMatchObject({ ok: true, value: { sessionToken: expect.any(String) } });
    expect(await get()).toMatchObject({ ok: true });
    expect(sts.calls.map(({ parameters }) => parameters['RoleArn'])).toEqual([
      'arn:aws:iam::123456789012:role/a',
      'arn:aws:iam::123456789012:role/b',
    ]);
    await sts.close();
  });
});

describe('a profile', () => {
  it('is read from the AWS files, anew each time', async () => {
    writeFileSync(awsFiles.configFile, '[profile work]\nregion = eu-west-3\n');
    writeFileSync(awsFiles.credentialsFile, '[work]\naws_access_key_id = A1\naws_secret_access_key = S1\n');
    const get = sourceOf({ type: 'profile', profile: 'work' });
    const first = { accessKeyId: 'A1', secretAccessKey: 'S1' };
    expect(await get()).toEqual(ok({ accessKeyId: 'A1', secretAccessKey: 'S1' }));
    writeFileSync(
      awsFiles.credentialsFile,
      '[work]\naws_access_key_id = A2\naws_secret_access_key = S2\naws_session_token = T2\n',
    );
    expect(await get()).toEqual(ok({ accessKeyId: 'A1', secretAccessKey: 'S1' }));
    expect(await get({ rejected: first })).toEqual(
      ok({ accessKeyId: 'A2', secretAccessKey: 'S2', sessionToken: 'T2' }),
    );
    expect(await regionOfProfile('work', awsFiles)).toBe('eu-west-3');
    expect(await regionOfProfile('other', awsFiles)).toBeNull();
  });

  it('may run a program, whose credentials end', async () => {
    const answer = JSON.stringify({
      Version: 1,
      AccessKeyId: 'A3',
      SecretAccessKey: 'S3',
      SessionToken: 'T3',
      Expiration: '2999-01-01T00:00:00Z',
    });
    writeFileSync(join(folder, 'answer.json'), answer);
    writeFileSync(awsFiles.configFile, `[profile made]\ncredential_process = cat ${join(folder, 'answer.json')}\n`);
    writeFileSync(awsFiles.credentialsFile, '');
    expect(await load({ type: 'profile', profile: 'made' })).toEqual(
      ok({ accessKeyId: 'A3', secretAccessKey: 'S3', sessionToken: 'T3', expiresMs: Date.parse('2999-01-01') }),
    );
  });

  it('that is not there is CredentialsMissing, by name; so are missing files', async () => {
    expect(await load({ type: 'profile', profile: 'nobody' })).toMatchObject({
      ok: false,
      error: { code: 'CredentialsMissing', context: { profile: 'nobody' } },
    });
    expect(await regionOfProfile('nobody', awsFiles)).toBeNull();
  });
});

describe("a command's environment", () => {
  beforeEach(() => {
    writeFileSync(awsFiles.configFile, '');
    writeFileSync(
      awsFiles.credentialsFile,
      '[default]\naws_access_key_id = D\naws_secret_access_key = DS\n[p]\naws_access_key_id = P\naws_secret_access_key = PS\n',
    );
  });

  it('gives its keys, else its profile, else the default profile', async () => {
    const keys = { accessKeyId: 'E', secretAccessKey: 'ES', sessionToken: 'ET' };
    expect(await load(environment({ ...keys, profile: 'p' }))).toEqual(ok(keys));
    expect(await load(environment({ profile: 'p' }))).toEqual(ok({ accessKeyId: 'P', secretAccessKey: 'PS' }));
    expect(await load(environment({}))).toEqual(ok({ accessKeyId: 'D', secretAccessKey: 'DS' }));
  });

  it('with half a key pair says which half is missing', async () => {
    expect(await load(environment({ accessKeyId: 'E' }))).toMatchObject({
      ok: false,
      error: { code: 'CredentialsMissing', context: { missing: 'AWS_SECRET_ACCESS_KEY' } },
    });
    expect(await load(environment({ secretAccessKey: 'ES', profile: 'p' }))).toMatchObject({
      ok: false,
      error: { code: 'CredentialsMissing', context: { missing: 'AWS_ACCESS_KEY_ID' } },
    });
  });
});
