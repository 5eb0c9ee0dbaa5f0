import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awsFilePaths, regionOfProfile } from '../../main/credentials/profiles/aws-files.ts';
import { importProfile } from '../../main/credentials/profiles/import-profile.ts';
import { listProfiles } from '../../main/credentials/profiles/list-profiles.ts';
import { profileCacheKey } from '../../main/credentials/profiles/profile-key.ts';
import { profileSummarySchema } from '../../shared/domain/aws-profile.ts';
import { ok } from '../../shared/result.ts';

let folder: string;
let files: { credentialsFile: string; configFile: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brigade-profiles-'));
  files = { credentialsFile: join(folder, 'credentials'), configFile: join(folder, 'config') };
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const roleArn = 'arn:aws:iam::123456789012:role/reader';
const config = `
[profile work]
region = eu-west-3
[profile minio]
services = local
endpoint_url = http://127.0.0.1:1
[services local]
s3 =
  endpoint_url = http://127.0.0.1:9000
sts =
  endpoint_url = http://127.0.0.1:9001
[profile reader]
role_arn = ${roleArn}
source_profile = work
external_id = an-id
mfa_serial = arn:aws:iam::123456789012:mfa/me
role_session_name = me
duration_seconds = 1800
region = eu-central-1
[profile far]
role_arn = ${roleArn}
source_profile = reader
[profile on-a-machine]
role_arn = ${roleArn}
credential_source = Ec2InstanceMetadata
[profile web]
role_arn = ${roleArn}
web_identity_token_file = /nowhere/token
[profile program]
credential_process = "/opt/a program" --password hush-hush
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly
[sso-session corp]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[profile old-sso]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = Admin
[profile nothing]
region = us-west-2
[profile loop-a]
role_arn = ${roleArn}
source_profile = loop-b
[profile loop-b]
role_arn = ${roleArn}
source_profile = loop-a
[profile itself]
role_arn = ${roleArn}
source_profile = itself
aws_access_key_id = AKIAITSELF
aws_secret_access_key = secret-of-itself
`;
const credentials = `
[work]
aws_access_key_id = AKIAWORK
aws_secret_access_key = secret-of-work
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = secret-of-default
aws_session_token = session-of-default
[minio]
aws_access_key_id = minio
aws_secret_access_key = secret-of-minio
`;
const writeFiles = (configText = config, credentialsText = credentials) => {
  writeFileSync(files.configFile, configText);
  writeFileSync(files.credentialsFile, credentialsText);
};

describe('the list of profiles', () => {
  it('has those of both files, default first, with what tells them apart', async () => {
    writeFiles();
    const profiles = await listProfiles(files);
    const rows = profiles.map(({ name, kind, detail, region, endpointUrl, canImport }) =>
      [name, kind, detail, region, endpointUrl, canImport].join(' | '),
    );
    expect(rows).toEqual([
      'default | accessKey | AKIADEFAULT |  |  | true',
      `far | role | ${roleArn} |  |  | false`,
      `itself | role | ${roleArn} |  |  | true`,
      `loop-a | role | ${roleArn} |  |  | false`,
      `loop-b | role | ${roleArn} |  |  | false`,
      'minio | accessKey | minio |  | http://127.0.0.1:9000 | true',
      'nothing | unknown |  | us-west-2 |  | false',
      'old-sso | sso | 123456789012 / Admin |  |  | false',
      `on-a-machine | role | ${roleArn} |  |  | false`,
      'program | process | /opt/a program |  |  | false',
      `reader | role | ${roleArn} | eu-central-1 |  | true`,
      'sso | sso | 123456789012 / ReadOnly |  |  | false',
      `web | role | ${roleArn} |  |  | false`,
      'work | accessKey | AKIAWORK | eu-west-3 |  | true',
    ]);
    for (const profile of profiles) expect(profileSummarySchema.parse(profile)).toEqual(profile);
    expect(JSON.stringify(profiles)).not.toMatch(/secret-of|session-of|hush/);
  });

  it('is empty without files, and when one is a folder', async () => {
    expect(await listProfiles(files)).toEqual([]);
    expect(await listProfiles({ configFile: folder, credentialsFile: folder })).toEqual([]);
    expect(await regionOfProfile('work', files)).toBeNull();
  });

  it('comes from the files that the environment names, each time anew', async () => {
    vi.stubEnv('HOME', folder);
    vi.stubEnv('AWS_CONFIG_FILE', '~/config');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', files.credentialsFile);
    expect(awsFilePaths()).toEqual(files);
    writeFiles('[profile one]\nregion = eu-west-1\n', '');
    expect((await listProfiles()).map(({ name }) => name)).toEqual(['one']);
    writeFiles('[profile two]\nregion = eu-west-2\n', '');
    expect((await listProfiles()).map(({ name }) => name)).toEqual(['two']);
    expect(await regionOfProfile('two')).toBe('eu-west-2');
    vi.stubEnv('AWS_CONFIG_FILE', undefined);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', undefined);
    expect(awsFilePaths()).toEqual({
      configFile: join(folder, '.aws', 'config'),
      credentialsFile: join(folder, '.aws', 'credentials'),
    });
  });
});

describe('the cache key of a profile', () => {
  const keyAfter = async (profile: string, change: (texts: { config: string; credentials: string }) => object) => {
    writeFiles();
    const before = await profileCacheKey(profile, files);
    const texts = { config, credentials, ...change({ config, credentials }) };
    writeFiles(texts.config, texts.credentials);
    return (await profileCacheKey(profile, files)) === before ? 'the same' : 'another';
  };
  const replaceIn = (file: 'config' | 'credentials', from: string, to: string) => (texts: Record<string, string>) => {
    expect(texts[file]).toContain(from);
    return { [file]: texts[file]?.replace(from, to) };
  };

  it('changes with whatever its credentials come from', async () => {
    expect(await keyAfter('work', replaceIn('credentials', 'secret-of-work', 'secret-of-new'))).toBe('another');
    expect(await keyAfter('work', replaceIn('config', 'eu-west-3', 'eu-west-2'))).toBe('another');
    expect(await keyAfter('far', replaceIn('credentials', 'secret-of-work', 'secret-of-new'))).toBe('another');
    expect(await keyAfter('far', replaceIn('config', 'an-id', 'an-other-id'))).toBe('another');
    expect(await keyAfter('sso', replaceIn('config', 'sso_region = eu-west-1', 'sso_region = eu-west-2'))).toBe(
      'another',
    );
    expect(await keyAfter('minio', replaceIn('config', ':9001', ':9002'))).toBe('another');
    expect(await keyAfter('loop-a', replaceIn('config', 'source_profile = loop-a', 'region = x'))).toBe('another');
  });

  it('stays with other profiles, comments and order', async () => {
    expect(await keyAfter('work', replaceIn('credentials', 'secret-of-minio', 'secret-of-new'))).toBe('the same');
    expect(await keyAfter('work', replaceIn('config', 'an-id', 'an-other-id'))).toBe('the same');
    expect(await keyAfter('sso', replaceIn('config', ':9001', ':9002'))).toBe('the same');
    expect(await keyAfter('work', (texts) => ({ config: `# hello\n${texts.config}` }))).toBe('the same');
    const keys = 'aws_access_key_id = AKIAWORK\naws_secret_access_key = secret-of-work';
    const turned = keys.split('\n').toReversed().join('\n');
    expect(await keyAfter('work', replaceIn('credentials', keys, turned))).toBe('the same');
  });

  it('is a digest, for what is not there too', async () => {
    writeFiles();
    const keys = await Promise.all(['work', 'minio', 'reader', 'nobody'].map((name) => profileCacheKey(name, files)));
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the import of a profile', () => {
  it('copies keys, and a role with the keys of its source profile', async () => {
    writeFiles();
    expect(await importProfile('default', files)).toEqual(
      ok({
        type: 'accessKey',
        accessKeyId: 'AKIADEFAULT',
        secretAccessKey: 'secret-of-default',
        sessionToken: 'session-of-default',
      }),
    );
    expect(await importProfile('reader', files)).toEqual(
      ok({
        type: 'role',
        roleArn,
        externalId: 'an-id',
        base: { type: 'accessKey', accessKeyId: 'AKIAWORK', secretAccessKey: 'secret-of-work' },
        sessionName: 'me',
        durationSeconds: 1800,
        mfaSerial: 'arn:aws:iam::123456789012:mfa/me',
      }),
    );
    expect(await importProfile('itself', files)).toEqual(
      ok({
        type: 'role',
        roleArn,
        base: { type: 'accessKey', accessKeyId: 'AKIAITSELF', secretAccessKey: 'secret-of-itself' },
        durationSeconds: 3600,
      }),
    );
  });

  it.each([
    ['program', 'Its credentials come from a program and cannot be copied.'],
    ['sso', 'Its credentials come from a sign-in in the browser and cannot be copied.'],
    ['far', 'The source profile of its role has no access key that can be copied.'],
    ['on-a-machine', 'Its role is assumed with what this machine is given, and that cannot be copied.'],
    ['nothing', 'Nothing in it says how to sign in.'],
    ['loop-a', 'The source profile of its role has no access key that can be copied.'],
    ['nobody', 'The files have no such profile.'],
  ])('says why %s cannot be copied', async (profile, cause) => {
    writeFiles();
    expect(await importProfile(profile, files)).toMatchObject({
      ok: false,
      error: { code: 'CredentialsMissing', context: { profile }, cause },
    });
  });

  it('names the field that AWS would not take, without its value', async () => {
    writeFiles(config.replace('duration_seconds = 1800', 'duration_seconds = 5'));
    const tooShort = await importProfile('reader', files);
    expect(tooShort).toMatchObject({
      ok: false,
      error: { code: 'InvalidInput', context: { field: 'durationSeconds' } },
    });
    writeFiles(config, credentials.replace('secret-of-work', 'secret-of-work with a space'));
    const wrongSecret = await importProfile('work', files);
    expect(wrongSecret).toMatchObject({
      ok: false,
      error: { code: 'InvalidInput', context: { field: 'secretAccessKey' } },
    });
    expect(JSON.stringify(wrongSecret)).not.toContain('secret-of-work');
    expect((await listProfiles(files)).find(({ name }) => name === 'work')?.canImport).toBe(false);
  });
});
