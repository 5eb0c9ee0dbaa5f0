import { describe, expect, test } from 'vitest';
import { changeDraft, chooseService, suggestName } from '../../../renderer/features/connections/change-draft.ts';
import { checkDraft } from '../../../renderer/features/connections/check-draft.ts';
import { type ConnectionDraft, draftOf, emptyDraft } from '../../../renderer/features/connections/connection-draft.ts';
import { fieldHelp, warningHelp } from '../../../renderer/features/connections/field-help.ts';
import { readCredentials } from '../../../renderer/features/connections/pasted-credentials.ts';
import { endpointOf, serviceIds, serviceOf, services } from '../../../renderer/features/connections/services.ts';
import { connectionViewSchema } from '../../../shared/domain/connection.ts';
import { endpointUrlSchema, regionSchema } from '../../../shared/domain/server.ts';
import { appError } from '../../../shared/errors.ts';

const typed: ConnectionDraft = { ...emptyDraft, name: 'A', accessKeyId: 'AKIA', secretAccessKey: 'secret' };
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const id = 'AKIAIOSFODNN7EXAMPLE';

describe('what is pasted', () => {
  test.each([
    ['variables', `export AWS_ACCESS_KEY_ID=${id}\nexport AWS_SECRET_ACCESS_KEY="${secret}"\n`],
    ['variables in one line', `AWS_ACCESS_KEY_ID=${id}; AWS_SECRET_ACCESS_KEY=${secret}`],
    ['PowerShell', `$env:AWS_ACCESS_KEY_ID="${id}"\r\n$env:AWS_SECRET_ACCESS_KEY="${secret}"`],
    ['cmd', `set AWS_ACCESS_KEY_ID=${id}\r\nset AWS_SECRET_ACCESS_KEY=${secret}`],
    ['a credentials file', `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`],
    ['the console', `Access key ID,Secret access key\n${id},${secret}\n`],
    ['both beside one another', `  ${id}\t${secret} `],
    ['JSON', `{"AccessKeyId": "${id}", "SecretAccessKey": "${secret}"}`],
    ['JSON in lines', `{\n  "AccessKeyId": "${id}",\n  "SecretAccessKey": "${secret}"\n}`],
  ])('as %s fills in both', (_, text) => {
    expect(readCredentials(text)).toEqual({ accessKeyId: id, secretAccessKey: secret });
  });

  test('with more in it fills in more', () => {
    const text = `[work]\naws_access_key_id=${id}\naws_secret_access_key=${secret}\naws_session_token=tok/en==\nregion=eu-west-1\nendpoint_url=http://s3.local:9000`;
    expect(readCredentials(text)).toEqual({
      accessKeyId: id,
      secretAccessKey: secret,
      sessionToken: 'tok/en==',
      region: 'eu-west-1',
      endpointUrl: 'http://s3.local:9000',
    });
  });

  test('of several profiles is the first', () => {
    const text = `[a]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n[b]\naws_access_key_id = AKIAOTHER\n`;
    expect(readCredentials(text)).toMatchObject({ accessKeyId: id });
  });

  test.each(['', id, secret, `  ${id}  `, 'a=b', 'https://s3.example.com', 'two words'])(
    'as %j is just that',
    (text) => {
      expect(readCredentials(text)).toBeNull();
    },
  );
});

describe('services', () => {
  test('are known again by their endpoints, which are valid where nothing is left to fill in', () => {
    for (const service of serviceIds) {
      const { matches, region } = services[service];
      if (region !== '') expect(regionSchema.safeParse(region).success).toBe(true);
      if (!matches) continue;
      const endpoint = endpointOf(service, '').replace('{account}', 'abc');
      expect(endpointUrlSchema.safeParse(endpoint).error).toBeUndefined();
      expect(serviceOf(endpoint)).toBe(service);
    }
    expect(serviceOf('')).toBe('amazon');
    expect(serviceOf('http://10.0.0.7:9000')).toBe('other');
  });

  test('an endpoint that is the service’s follows the region, one that was typed does not', () => {
    const wasabi = chooseService(typed, 'wasabi');
    expect(wasabi).toMatchObject({ endpointUrl: 'https://s3.us-east-1.wasabisys.com', region: 'us-east-1' });
    expect(changeDraft(wasabi, { region: 'eu-west-2' }).endpointUrl).toBe('https://s3.eu-west-2.wasabisys.com');
    const own = changeDraft(wasabi, { endpointUrl: 'https://proxy.example.com' });
    expect(changeDraft(own, { region: 'eu-west-2' }).endpointUrl).toBe('https://proxy.example.com');
  });

  test('going back to Amazon leaves no endpoint, and a server of one’s own is kept between such services', () => {
    const ceph = changeDraft(chooseService(typed, 'ceph'), { endpointUrl: 'http://ceph:8000' });
    expect(ceph.pathStyle).toBe(true);
    expect(chooseService(ceph, 'minio').endpointUrl).toBe('http://ceph:8000');
    expect(chooseService(ceph, 'amazon')).toMatchObject({ endpointUrl: '', pathStyle: false });
  });

  test('an account that is not filled in, and no address at all, are said', () => {
    expect(checkDraft(chooseService(typed, 'cloudflare'), null, []).problems).toEqual({
      endpointUrl: 'connection.invalid.endpointAccount',
    });
    expect(checkDraft(chooseService(typed, 'minio'), null, []).problems).toEqual({
      endpointUrl: 'connection.invalid.endpointEmpty',
    });
    expect(checkDraft(typed, null, []).problems).toEqual({});
  });
});

test('a name is suggested that nobody has yet', () => {
  expect(suggestName(emptyDraft, 'Amazon S3', [])).toBe('Amazon S3');
  expect(suggestName(emptyDraft, 'Amazon S3', ['amazon s3', 'Amazon S3 2'])).toBe('Amazon S3 3');
  expect(suggestName({ ...emptyDraft, restrictToBucket: 'photos' }, 'Amazon S3', [])).toBe('photos');
  const ceph = { ...chooseService(emptyDraft, 'ceph'), endpointUrl: 'http://ceph.local:8000' };
  expect(suggestName(ceph, 'Ceph', [])).toBe('ceph.local');
});

test('a saved connection keeps its secret while the field stays empty', () => {
  const saved = connectionViewSchema.parse({
    id: 'c',
    name: 'A',
    kind: 'server',
    endpointUrl: 'http://h:1',
    auth: { type: 'accessKey', accessKeyId: 'AKIA', hasSessionToken: false },
    status: { state: 'ready' },
  });
  const draft = draftOf(saved);
  expect(draft).toMatchObject({ service: 'other', secretAccessKey: '' });
  expect(checkDraft(draft, saved, [])).toMatchObject({ problems: {}, input: null, update: { name: 'A' } });
  expect(checkDraft(draft, null, []).problems).toEqual({ secretAccessKey: 'connection.invalid.secretEmpty' });
  expect(checkDraft(draft, saved, ['a']).problems).toEqual({ name: 'connection.invalid.nameTaken' });
});

describe('a failure is said at the field it is about', () => {
  const here = { ...typed, service: 'other' as const, endpointUrl: 'https://h:9000' };

  test('with the region the server names', () => {
    const error = appError('AuthorizationHeaderMalformed', { bucket: 'b', region: 'eu-central-1' });
    expect(fieldHelp(error, typed)).toMatchObject({ field: 'region', use: 'eu-central-1' });
    expect(fieldHelp(error, { ...typed, region: 'eu-central-1' })).not.toHaveProperty('use');
  });

  test('with the other scheme only where the answer says so', () => {
    const wrong = appError('TlsFailed', {}, 'write EPROTO: ssl3_get_record:wrong version number');
    expect(fieldHelp(wrong, here)).toMatchObject({ field: 'endpointUrl', use: 'http://h:9000' });
    const untrusted = appError('TlsFailed', {}, 'self-signed certificate');
    expect(fieldHelp(untrusted, here)).toEqual({ field: 'endpointUrl', error: untrusted });
    const plain = appError('TlsFailed', {}, 'This port wants https:// instead of http://.');
    expect(fieldHelp(plain, { ...here, endpointUrl: 'http://h:9000' })).toMatchObject({ use: 'https://h:9000' });
  });

  test.each([
    ['HostNotFound', typed, 'region'],
    ['HostNotFound', here, 'endpointUrl'],
    ['NotAnS3Endpoint', here, 'endpointUrl'],
    ['InvalidAccessKeyId', typed, 'accessKeyId'],
    ['InvalidAccessKeyId', { ...typed, authType: 'profile' as const }, 'profile'],
    ['SignatureDoesNotMatch', typed, 'secretAccessKey'],
    ['ExpiredToken', typed, 'sessionToken'],
    ['AccessDenied', typed, 'restrictToBucket'],
  ] as const)('%s', (code, draft, field) => {
    expect(fieldHelp(appError(code), draft)?.field).toBe(field);
  });

  const role = { ...typed, authType: 'role' as const };
  const roleWithProfile = { ...role, baseType: 'profile' as const };
  const anywhere = { ...typed, authType: 'rolesAnywhere' as const };
  const pkcs12 = btoa(String.fromCharCode(0x30, 0x80, 0x02, 0x01, 0x03, ...Array.from({ length: 30 }, () => 1)));
  test.each([
    ['AssumeRoleDenied', role, 'roleArn'],
    ['InvalidAccessKeyId', role, 'accessKeyId'],
    ['ExpiredToken', roleWithProfile, 'profile'],
    ['RegionDisabledException', role, 'region'],
    ['RegionDisabledException', anywhere, 'signInRegion'],
    ['CertificateExpired', anywhere, 'certificatePem'],
    ['RolesAnywhereUntrusted', anywhere, 'certificatePem'],
    ['PrivateKeyMismatch', anywhere, 'privateKeyPem'],
    ['PrivateKeyMismatch', { ...anywhere, certificatePem: pkcs12 }, 'certificatePem'],
    ['PassphraseWrong', anywhere, 'privateKeyPassphrase'],
    ['RolesAnywhereNotFound', anywhere, 'trustAnchorArn'],
    ['RolesAnywhereRoleDenied', anywhere, 'roleArn'],
  ] as const)('%s of a sign-in', (code, draft, field) => {
    expect(fieldHelp(appError(code), draft)?.field).toBe(field);
  });

  test('a sign-in in the browser that is missing is no fault of the field', () => {
    expect(fieldHelp(appError('SsoSignInNeeded', { profile: 'work' }), roleWithProfile)).toBeNull();
  });

  test('a session that would be too long is an hour', () => {
    const error = appError('RoleDurationTooLong');
    expect(fieldHelp(error, { ...role, durationSeconds: '43200' })).toMatchObject({ use: '3600' });
    expect(fieldHelp(error, role)).toEqual({ field: 'durationSeconds', error });
  });

  test('an input that the engine refuses is said at the field of its path', () => {
    const invalid = (field: string) => fieldHelp(appError('InvalidInput', { field }), role)?.field;
    expect(invalid('auth.base.secretAccessKey')).toBe('secretAccessKey');
    expect(invalid('auth.region')).toBe('signInRegion');
    expect(invalid('region')).toBe('region');
    expect(invalid('auth.type')).toBeUndefined();
  });

  test('a server of the sign-in that cannot be reached is not the one of the buckets', () => {
    const lost = appError('HostNotFound', { host: 'sts.example.com:8443' });
    const sts = { ...role, endpointUrl: 'https://s3.example.com', stsEndpointUrl: 'https://sts.example.com:8443' };
    expect(fieldHelp(lost, sts)?.field).toBe('stsEndpointUrl');
    expect(fieldHelp(appError('HostNotFound', { host: 's3.example.com' }), sts)?.field).toBe('endpointUrl');
    const unknown = appError('HostNotFound', { host: 'rolesanywhere.moon-base-1.amazonaws.com' });
    expect(fieldHelp(unknown, anywhere)?.field).toBe('signInRegion');
    expect(fieldHelp(unknown, { ...anywhere, customRegion: 'moon-base-1' })?.field).toBe('customRegion');
  });

  test('or at none', () => {
    expect(fieldHelp(appError('SlowDown'), typed)).toBeNull();
    expect(fieldHelp(appError('MfaNeeded'), role)).toBeNull();
    expect(fieldHelp(appError('InvalidAccessKeyId'), anywhere)).toBeNull();
    expect(fieldHelp(appError('AccessDenied'), { ...typed, restrictToBucket: 'b' })).toBeNull();
    expect(fieldHelp(appError('EndpointUnreachable'), typed)).toBeNull();
    // Where it would be said is not in the form of the server on this computer.
    const onThisComputer = { ...here, service: 'thisComputer' as const };
    expect(fieldHelp(appError('EndpointUnreachable'), onThisComputer)).toBeNull();
    expect(fieldHelp(appError('NoSuchBucket'), onThisComputer)?.field).toBe('restrictToBucket');
  });

  test('a bucket that differs in case is offered though the test has passed', () => {
    const note = { code: 'noBucketButSimilar' as const, values: { bucket: 'Data', suggestion: 'data' } };
    const result = { ok: true, steps: [{ name: 'restriction' as const, state: 'warning' as const, note }] };
    expect(warningHelp(result)).toEqual({ bucket: 'Data', use: 'data' });
    expect(warningHelp({ ok: true, steps: [] })).toBeNull();
  });
});
