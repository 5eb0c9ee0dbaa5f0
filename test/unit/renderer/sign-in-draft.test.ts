import { describe, expect, test } from 'vitest';
import { authTypesOf, changeDraft, chooseService } from '../../../renderer/features/connections/change-draft.ts';
import { certificateValidity } from '../../../renderer/features/connections/certificate-validity.ts';
import { checkDraft } from '../../../renderer/features/connections/check-draft.ts';
import { chooseProfile, proposeProfile } from '../../../renderer/features/connections/choose-profile.ts';
import {
  type ConnectionDraft,
  draftOf,
  emptyDraft,
  proposedRegion,
} from '../../../renderer/features/connections/connection-draft.ts';
import { readArns } from '../../../renderer/features/connections/pasted-arns.ts';
import type { AuthView } from '../../../shared/domain/auth.ts';
import type { ProfileSummary } from '../../../shared/domain/aws-profile.ts';
import { connectionInputSchema, type ConnectionView, connectionViewSchema } from '../../../shared/domain/connection.ts';

const roleArn = 'arn:aws:iam::123456789012:role/backup';
const anchor = (region: string) => `arn:aws:rolesanywhere:${region}:123456789012:trust-anchor/1a2b`;
const profileArn = (region: string) => `arn:aws:rolesanywhere:${region}:123456789012:profile/3c4d`;
const pem = (label: string) => `-----BEGIN ${label}-----\nMIIB\n-----END ${label}-----\n`;
const pkcs12 = btoa(
  String.fromCharCode(0x30, 0x82, 0x0a, 0x00, 0x02, 0x01, 0x03, ...Array.from({ length: 30 }, () => 1)),
);

const named: ConnectionDraft = { ...emptyDraft, name: 'A' };
const key = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
const role: ConnectionDraft = { ...named, ...key, authType: 'role', roleArn };
const anywhere: ConnectionDraft = {
  ...named,
  authType: 'rolesAnywhere',
  roleArn,
  trustAnchorArn: anchor('eu-west-1'),
  profileArn: profileArn('eu-west-1'),
  sessionName: 'laptop',
  certificatePem: pem('CERTIFICATE'),
  privateKeyPem: pem('PRIVATE KEY'),
};
const saved = (auth: AuthView): ConnectionView =>
  connectionViewSchema.parse({ id: 'c', name: 'A', kind: 'server', auth, status: { state: 'ready' } });
const authOf = (draft: ConnectionDraft) => checkDraft(draft, null, []).input?.auth;
const problemsOf = (draft: ConnectionDraft, of: ConnectionView | null = null) => checkDraft(draft, of, []).problems;

describe('what is sent', () => {
  test('of every way to sign in is what the contract takes', () => {
    for (const draft of [{ ...named, ...key }, role, anywhere, { ...named, authType: 'profile' as const }]) {
      const { input, problems } = checkDraft(draft, null, []);
      expect(problems).toEqual({});
      expect(connectionInputSchema.safeParse(input).success).toBe(true);
    }
  });

  test('of a role has its base, and leaves out what is empty', () => {
    expect(authOf({ ...role, externalId: ' bb-1 ', mfaSerial: '123456789' })).toEqual({
      type: 'role',
      roleArn,
      base: { type: 'accessKey', ...key },
      externalId: 'bb-1',
      mfaSerial: '123456789',
      durationSeconds: 3600,
    });
    expect(authOf({ ...role, baseType: 'profile', profile: 'work' })).toEqual({
      type: 'role',
      roleArn,
      base: { type: 'profile', profile: 'work' },
      durationSeconds: 3600,
    });
  });

  test('of a PKCS#12 file is the file alone, whatever key was there before', () => {
    const sent = authOf({ ...anywhere, certificatePem: pkcs12 });
    expect(sent).toMatchObject({ certificatePem: pkcs12 });
    expect(sent).not.toHaveProperty('privateKeyPem');
    expect(problemsOf({ ...anywhere, certificatePem: pkcs12, privateKeyPem: '' })).toEqual({});
  });

  test('of a profile says whether its keys are copied', () => {
    const profile = { ...named, authType: 'profile' as const };
    expect(authOf(profile)).toEqual({ type: 'profile', profile: 'default' });
    expect(authOf({ ...profile, copyKeys: true })).toEqual({ type: 'profile', profile: 'default', copyKeys: true });
  });
});

describe('the region of Roles Anywhere', () => {
  test('is that of the trust anchor, us-east-1 until there is one', () => {
    expect(proposedRegion(named)).toBe('us-east-1');
    expect(proposedRegion({ ...named, profileArn: profileArn('eu-north-1') })).toBe('eu-north-1');
    expect(proposedRegion(anywhere)).toBe('eu-west-1');
    expect(authOf(anywhere)).toMatchObject({ region: 'eu-west-1' });
  });

  test('stays once it is chosen, and a custom one is sent beside it', () => {
    const chosen = changeDraft({ ...anywhere, signInRegion: 'us-west-2' }, { trustAnchorArn: anchor('eu-west-1') });
    expect(authOf(chosen)).toMatchObject({ region: 'us-west-2' });
    expect(authOf({ ...anywhere, customRegion: 'moon-base-1' })).toMatchObject({ customRegion: 'moon-base-1' });
    expect(problemsOf({ ...anywhere, customRegion: 'Moon' })).toEqual({
      customRegion: 'connection.invalid.customRegion',
    });
  });

  test('of a saved connection follows the trust anchor if it did before', () => {
    const auth = (region: string): AuthView => ({
      type: 'rolesAnywhere',
      roleArn,
      trustAnchorArn: anchor('eu-west-1'),
      profileArn: profileArn('eu-west-1'),
      region,
      sessionName: 's',
      durationSeconds: 900,
      certificate: null,
    });
    expect(draftOf(saved(auth('eu-west-1'))).signInRegion).toBe('');
    expect(draftOf(saved(auth('us-east-1'))).signInRegion).toBe('us-east-1');
  });
});

describe('what is wrong is said at its field', () => {
  test('of a role', () => {
    expect(
      problemsOf({ ...named, authType: 'role', externalId: 'a b', mfaSerial: 'kim', durationSeconds: '60' }),
    ).toEqual({
      roleArn: 'connection.invalid.roleArnEmpty',
      externalId: 'connection.invalid.externalId',
      mfaSerial: 'connection.invalid.mfaSerial',
      durationSeconds: 'connection.invalid.durationSeconds',
      accessKeyId: 'connection.invalid.accessKeyIdEmpty',
      secretAccessKey: 'connection.invalid.secretEmpty',
    });
    expect(problemsOf({ ...role, roleArn: 'arn:aws:iam::123456789012:user/kim' })).toEqual({
      roleArn: 'connection.invalid.roleArn',
    });
    expect(problemsOf({ ...role, stsEndpointUrl: 'sts' })).toEqual({
      stsEndpointUrl: 'connection.invalid.endpointUrl',
    });
  });

  test('of Roles Anywhere', () => {
    expect(problemsOf({ ...named, authType: 'rolesAnywhere' })).toEqual({
      roleArn: 'connection.invalid.roleArnEmpty',
      trustAnchorArn: 'connection.invalid.trustAnchorArnEmpty',
      profileArn: 'connection.invalid.profileArnEmpty',
      sessionName: 'connection.invalid.sessionNameEmpty',
      certificatePem: 'connection.invalid.certificateEmpty',
      privateKeyPem: 'connection.invalid.privateKeyEmpty',
    });
    expect(problemsOf({ ...anywhere, profileArn: profileArn('us-east-1') })).toEqual({
      profileArn: 'connection.invalid.arnRegions',
    });
    expect(problemsOf({ ...anywhere, signInEndpointUrl: 'x', durationSeconds: '3601' })).toEqual({
      signInEndpointUrl: 'connection.invalid.endpointUrl',
      durationSeconds: 'connection.invalid.durationSeconds',
    });
  });

  test('of files that are something else, and of a key that is visibly encrypted', () => {
    expect(problemsOf({ ...anywhere, certificatePem: 'a letter', privateKeyPem: pem('CERTIFICATE') })).toEqual({
      certificatePem: 'connection.invalid.certificate',
      privateKeyPem: 'connection.invalid.privateKey',
    });
    const encrypted = { ...anywhere, privateKeyPem: pem('ENCRYPTED PRIVATE KEY') };
    expect(problemsOf(encrypted)).toEqual({ privateKeyPassphrase: 'connection.invalid.passphraseEmpty' });
    expect(problemsOf({ ...encrypted, privateKeyPassphrase: ' ' })).toEqual({});
  });

  test('of a temporary key of Amazon’s without its token', () => {
    const temporary = { ...named, ...key, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' };
    expect(problemsOf(temporary)).toEqual({ sessionToken: 'connection.invalid.sessionTokenNeeded' });
    expect(problemsOf({ ...temporary, sessionToken: 'token' })).toEqual({});
    expect(problemsOf({ ...temporary, service: 'other', endpointUrl: 'http://h:1' })).toEqual({});
  });
});

describe('a saved connection', () => {
  const roleView: AuthView = {
    type: 'role',
    roleArn,
    base: { type: 'accessKey', accessKeyId: 'AKIA', hasSessionToken: true },
    durationSeconds: 7200,
  };
  const anywhereView: AuthView = {
    type: 'rolesAnywhere',
    roleArn,
    trustAnchorArn: anchor('eu-west-1'),
    profileArn: profileArn('eu-west-1'),
    region: 'eu-west-1',
    sessionName: 's',
    durationSeconds: 900,
    certificate: {
      subject: 'CN=a',
      issuer: 'CN=b',
      serial: '1',
      notBeforeMs: 0,
      notAfterMs: 1,
      keyType: 'RSA 2048',
      chainCount: 0,
    },
  };

  test('keeps its secrets in each way to sign in', () => {
    for (const auth of [roleView, anywhereView]) {
      const { problems, update, input } = checkDraft(draftOf(saved(auth)), saved(auth), []);
      expect(problems).toEqual({});
      expect(input).toBeNull();
      expect(JSON.stringify(update)).not.toMatch(/secret|token|Pem|passphrase/i);
    }
  });

  test('gets a new secret together with its token, or with none', () => {
    const draft = draftOf(saved(roleView));
    const replaced = checkDraft({ ...draft, secretAccessKey: 'new' }, saved(roleView), []).update;
    expect(replaced?.auth).toMatchObject({ base: { secretAccessKey: 'new', sessionToken: '' } });
  });

  test('needs the secrets of another way to sign in', () => {
    expect(problemsOf({ ...draftOf(saved(roleView)), authType: 'accessKey' }, saved(roleView))).toEqual({
      secretAccessKey: 'connection.invalid.secretEmpty',
    });
    const keyView: AuthView = { type: 'accessKey', accessKeyId: 'AKIA', hasSessionToken: false };
    expect(problemsOf({ ...draftOf(saved(keyView)), authType: 'role', roleArn }, saved(keyView))).toEqual({
      secretAccessKey: 'connection.invalid.secretEmpty',
    });
    const profileRole: AuthView = { ...roleView, base: { type: 'profile', profile: 'work' } };
    const draft = { ...draftOf(saved(profileRole)), baseType: 'accessKey' as const, accessKeyId: 'AKIA' };
    expect(problemsOf(draft, saved(profileRole))).toEqual({ secretAccessKey: 'connection.invalid.secretEmpty' });
  });

  test('that was imported has no secret to keep, and needs one', () => {
    const view = connectionViewSchema.parse({
      id: 'c',
      name: 'A',
      kind: 'server',
      auth: { type: 'accessKey', accessKeyId: key.accessKeyId, hasSessionToken: false, hasSecret: false },
      status: { state: 'unknown' },
    });
    expect(problemsOf(draftOf(view), view)).toEqual({ secretAccessKey: 'connection.invalid.secretEmpty' });
    const typed = { ...draftOf(view), secretAccessKey: key.secretAccessKey };
    expect(checkDraft(typed, view, []).update?.auth).toEqual({ type: 'accessKey', ...key });
  });

  test('that came without its certificate needs one', () => {
    const view = saved({ ...anywhereView, certificate: null });
    expect(problemsOf(draftOf(view), view)).toEqual({
      certificatePem: 'connection.invalid.certificateEmpty',
      privateKeyPem: 'connection.invalid.privateKeyEmpty',
    });
  });

  test('may get a new certificate for the key that it has', () => {
    const view = saved(anywhereView);
    expect(problemsOf({ ...draftOf(view), certificatePem: pem('CERTIFICATE') }, view)).toEqual({});
  });
});

test('Roles Anywhere is offered at Amazon and what may be Amazon, and left with it', () => {
  expect(authTypesOf('amazon')).toContain('rolesAnywhere');
  // Such as a VPC endpoint, whose address nothing but this service has a field for.
  expect(authTypesOf('other')).toContain('rolesAnywhere');
  expect(chooseService(anywhere, 'other').authType).toBe('rolesAnywhere');
  expect(authTypesOf('ceph')).toEqual(['accessKey', 'role', 'profile']);
  expect(chooseService(anywhere, 'ceph').authType).toBe('accessKey');
  expect(chooseService(role, 'ceph').authType).toBe('role');
  const moved = changeDraft(named, { service: 'other', endpointUrl: 'http://h:1' });
  expect(moved).toMatchObject({ service: 'other', endpointUrl: 'http://h:1', pathStyle: true });
});

describe('profiles', () => {
  const profile = (name: string, more: Partial<ProfileSummary> = {}): ProfileSummary => ({
    name,
    kind: 'accessKey',
    region: null,
    detail: '',
    endpointUrl: null,
    canImport: true,
    ...more,
  });
  const list = [
    profile('a', { region: 'eu-west-1' }),
    profile('b', { region: 'us-west-2' }),
    profile('lab', { endpointUrl: 'http://lab:7480' }),
  ];
  const apply = (draft: ConnectionDraft, change: Partial<ConnectionDraft>) => changeDraft(draft, change);

  test('propose their region and endpoint where nothing else is filled in', () => {
    const first = apply(named, proposeProfile(named, list));
    expect(first).toMatchObject({ profile: 'a', region: 'eu-west-1' });
    const second = apply(first, chooseProfile(first, 'b', list));
    expect(second).toMatchObject({ profile: 'b', region: 'us-west-2' });
    const lab = apply(second, chooseProfile(second, 'lab', list));
    expect(lab).toMatchObject({ region: '', service: 'other', endpointUrl: 'http://lab:7480' });
    expect(apply(lab, chooseProfile(lab, 'a', list))).toMatchObject({ service: 'amazon', endpointUrl: '' });
  });

  test('leave alone what was typed, and do not copy keys that nobody asked for', () => {
    const typed = { ...named, profile: 'a', region: 'ap-south-1', copyKeys: true };
    expect(chooseProfile(typed, 'b', list)).toEqual({ profile: 'b', copyKeys: false });
    const wasabi = { ...chooseService(named, 'ceph'), endpointUrl: 'http://ceph:8000' };
    expect(apply(wasabi, chooseProfile(wasabi, 'lab', list)).endpointUrl).toBe('http://ceph:8000');
    expect(proposeProfile(named, [])).toEqual({});
  });
});

describe('an ARN', () => {
  test('pasted into the field of another goes to its own', () => {
    expect(readArns(roleArn, 'trustAnchorArn', 'rolesAnywhere')).toEqual({ roleArn });
    expect(readArns(anchor('eu-west-1'), 'roleArn', 'rolesAnywhere')).toEqual({ trustAnchorArn: anchor('eu-west-1') });
  });

  test('comes with others in one text', () => {
    const text = `--role-arn ${roleArn} \\\n --trust-anchor-arn ${anchor('a-b-1')} \\\n --profile-arn ${profileArn('a-b-1')}`;
    expect(readArns(text, 'roleArn', 'rolesAnywhere')).toEqual({
      roleArn,
      trustAnchorArn: anchor('a-b-1'),
      profileArn: profileArn('a-b-1'),
    });
  });

  test('is left to the field that it was pasted into, as is anything else', () => {
    expect(readArns(roleArn, 'roleArn', 'role')).toBeNull();
    expect(readArns(anchor('eu-west-1'), 'roleArn', 'role')).toBeNull();
    expect(readArns('arn:aws:s3:::bucket', 'roleArn', 'rolesAnywhere')).toBeNull();
  });
});

test('a certificate is warned of in its last 30 days', () => {
  const dayMs = 86_400_000;
  const certificate = { subject: '', issuer: '', serial: '1', keyType: '', chainCount: 0, notBeforeMs: 10 * dayMs };
  const at = (days: number) => certificateValidity({ ...certificate, notAfterMs: 100 * dayMs }, days * dayMs);
  expect(at(9)).toMatchObject({ state: 'notYet' });
  expect(at(70)).toEqual({ state: 'valid', daysLeft: 30 });
  expect(at(71)).toEqual({ state: 'expiring', daysLeft: 29 });
  expect(at(99.5)).toEqual({ state: 'expiring', daysLeft: 0 });
  expect(at(101)).toEqual({ state: 'expired', daysLeft: 0 });
});
