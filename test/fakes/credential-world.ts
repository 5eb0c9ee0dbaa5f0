import { createPrivateKey, randomBytes, randomInt } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../main/system-clock.ts';
import type { CommandInput } from '../../shared/contract/commands.ts';
import { startFakeRolesAnywhere } from './fake-roles-anywhere.ts';
import { startFakeSso } from './fake-sso.ts';
import { startFakeSts } from './fake-sts.ts';
import type { SecretHunt } from './secret-hunt.ts';
import { startTemporaryS3 } from './temporary-s3.ts';
import { makeTestCertificates, opensslIsInstalled } from './test-certificates.ts';

type AuthInput = CommandInput<'connections.add'>['connection']['auth'];
type Of<T extends AuthInput['type']> = Extract<AuthInput, { type: T }>;
type Keys = Omit<Of<'accessKey'>, 'type'> & { readonly sessionToken: string };

const account = '123456789012';
const roleArn = `arn:aws:iam::${account}:role/reader`;
const mfaRoleArn = `arn:aws:iam::${account}:role/careful`;
const mfaSerial = `arn:aws:iam::${account}:mfa/phone`;
const externalId = 'the-external-id';
const region = 'eu-central-1';
const anywhere = {
  profileArn: `arn:aws:rolesanywhere:${region}:${account}:profile/5f0c6b6e-1111-2222-3333-444455556666`,
  trustAnchorArn: `arn:aws:rolesanywhere:${region}:${account}:trust-anchor/0a1b2c3d-1111-2222-3333-444455556666`,
  roleArn,
};

export type CredentialWorld = Awaited<ReturnType<typeof startCredentialWorld>>;

/**
 * Every way to sign in, with servers that know no other keys than these and a HOME with AWS files. Each secret that is made here is
 * told to the hunt; `tellIssued` tells it those that the servers have given out until then. Without OpenSSL there is no Roles Anywhere.
 */
export async function startCredentialWorld(hunt: SecretHunt) {
  const folder = await mkdtemp(join(tmpdir(), 'brigade-secrets-'));
  const home = join(folder, 'home');
  const given: (Keys & { readonly expiresMs: number })[] = [];

  /** What must be escaped in URLs, in JSON or in neither. */
  function secret(what: string, allowedIn?: readonly string[]): string {
    const text = `${randomBytes(24).toString('base64')}/+"\\&=${what.length}`;
    hunt.add(what, text, allowedIn);
    return text;
  }
  /** Good for S3. */
  function keys(what: string, allowedIn?: readonly string[]): Keys {
    const made = {
      accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: secret(`secret key of ${what}`),
      sessionToken: secret(`session token of ${what}`, allowedIn),
    };
    given.push({ ...made, expiresMs: Number.POSITIVE_INFINITY });
    return made;
  }
  function codes(count: number): string[] {
    return Array.from({ length: count }, () => {
      const code = String(randomInt(100_000, 1_000_000));
      hunt.add('MFA code', code);
      return code;
    });
  }

  const typed = keys('the typed key', ['answer of objects.presign', 'notice of a rule']);
  const ofProfile = keys('the profile with keys');
  const ofProgram = keys('the program');
  const ofEnvironment = keys('the environment', ['brigade presign']);
  const user = { accessKeyId: 'AKIAUSER000000000001', secretAccessKey: secret('secret key of the user') };
  const wrongSecret = secret('wrong secret key');
  const passphrase = secret('passphrase of the private key');
  const wrongPassphrase = secret('wrong passphrase');
  // It stands on a command line.
  const password = randomBytes(16).toString('hex');
  const garbled = secret('what a broken program writes');
  hunt.add('password of the program', password);
  const mfaCodes = codes(8);
  const [wrongCode = '', echoedCode = ''] = codes(2);

  const clock = systemClock;
  const sts = await startFakeSts({
    clock,
    users: [
      { ...user, arn: `arn:aws:iam::${account}:user/ann` },
      { ...ofProfile, arn: `arn:aws:iam::${account}:user/bob` },
    ],
    roles: [
      { roleArn, trustedArns: [`arn:aws:iam::${account}:root`], externalId },
      { roleArn: mfaRoleArn, trustedArns: [`arn:aws:iam::${account}:root`], mfaSerial, mfaCodes: [...mfaCodes] },
    ],
  });
  const sso = await startFakeSso({ nowMs: () => clock.nowMs() });
  const rolesAnywhere = opensslIsInstalled ? await makeRolesAnywhere(hunt, passphrase, wrongPassphrase) : null;
  /** Each secret of a role is followed by its token. */
  const ssoIssuer = {
    get issued() {
      return sso.secrets
        .flatMap((secretAccessKey, index) => {
          if (!secretAccessKey.startsWith('role-secret')) return [];
          const sessionToken = sso.secrets[index + 1] ?? '';
          return { accessKeyId: 'ASIAFAKESSO000000001', secretAccessKey, sessionToken, expiresMs: Infinity };
        })
        .toReversed();
    },
  };
  const s3 = await startTemporaryS3({
    clock,
    issuers: [{ issued: given }, sts, ssoIssuer, ...(rolesAnywhere === null ? [] : [rolesAnywhere.fake])],
    buckets: ['docs'],
  });

  const aws = join(home, '.aws');
  await mkdir(aws, { recursive: true });
  const program = join(folder, 'program.mjs');
  const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken } = ofProgram;
  const answer = JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey, SessionToken });
  await writeFile(program, `console.log(${JSON.stringify(answer)});`);
  const broken = join(folder, 'broken.mjs');
  await writeFile(
    broken,
    `console.log(${JSON.stringify(garbled)}); console.error(${JSON.stringify(garbled)}); process.exit(3);`,
  );
  await writeFile(
    join(aws, 'config'),
    `[profile program]
credential_process = "${process.execPath}" "${program}" --password ${password}
[profile broken]
credential_process = "${process.execPath}" "${broken}" --password ${password}
[profile role]
role_arn = ${roleArn}
external_id = ${externalId}
source_profile = keys
services = local
[profile role-of-stranger]
role_arn = ${roleArn}
source_profile = stranger
services = local
[profile careful]
role_arn = ${mfaRoleArn}
mfa_serial = ${mfaSerial}
source_profile = keys
services = local
[services local]
sts =
  endpoint_url = ${sts.endpointUrl}
sso =
  endpoint_url = ${sso.url}
sso_oidc =
  endpoint_url = ${sso.url}
[profile browser]
sso_session = corp
sso_account_id = ${account}
sso_role_name = ReadOnly
services = local
[sso-session corp]
sso_start_url = ${sso.startUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
`,
  );
  await writeFile(
    join(aws, 'credentials'),
    `[keys]
aws_access_key_id = ${ofProfile.accessKeyId}
aws_secret_access_key = ${ofProfile.secretAccessKey}
aws_session_token = ${ofProfile.sessionToken}
[stranger]
aws_access_key_id = ${ofProfile.accessKeyId}
aws_secret_access_key = ${wrongSecret}
aws_session_token = ${ofProfile.sessionToken}
`,
  );

  const role = { type: 'role', roleArn, externalId, stsEndpointUrl: sts.endpointUrl } as const;
  const careful = { ...role, roleArn: mfaRoleArn, externalId: '', mfaSerial };
  const base = { type: 'accessKey', ...user } as const;
  const good: Record<string, AuthInput> = {
    key: { type: 'accessKey', ...typed },
    role: { ...role, base },
    'role with a profile': { ...role, base: { type: 'profile', profile: 'keys' } },
    'role with MFA': { ...careful, base },
    'profile with keys': { type: 'profile', profile: 'keys' },
    'copied keys': { type: 'profile', profile: 'keys', copyKeys: true },
    'profile with a program': { type: 'profile', profile: 'program' },
    'profile with a role': { type: 'profile', profile: 'role' },
    'profile with MFA': { type: 'profile', profile: 'careful' },
    'profile with a browser': { type: 'profile', profile: 'browser' },
    ...rolesAnywhere?.good,
  };
  const bad: Record<string, AuthInput> = {
    'wrong secret': { type: 'accessKey', ...typed, secretAccessKey: wrongSecret },
    'wrong token': {
      type: 'accessKey',
      ...typed,
      sessionToken: secret('wrong session token', ['answer of objects.presign', 'notice of a rule']),
    },
    'role with a wrong secret': { ...role, base: { type: 'accessKey', ...ofProfile, secretAccessKey: wrongSecret } },
    'refused role': { ...role, externalId: 'another', base },
    'profile with a broken program': { type: 'profile', profile: 'broken' },
    'profile with a refused role': { type: 'profile', profile: 'role-of-stranger' },
    'copied keys of a program': { type: 'profile', profile: 'program', copyKeys: true },
    'profile that is not there': { type: 'profile', profile: 'nowhere' },
    ...rolesAnywhere?.bad,
  };

  return {
    folder,
    env: {
      HOME: home,
      AWS_CONFIG_FILE: join(aws, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(aws, 'credentials'),
    },
    s3,
    sts,
    sso,
    good,
    bad,
    typed,
    user,
    ofEnvironment,
    wrongSecret,
    wrongCode,
    echoedCode,
    password,
    passphrase,
    /** Each works once. */
    nextCode: (): string => mfaCodes.pop() ?? '',
    secret,
    tellIssued(): void {
      for (const { secretAccessKey, sessionToken } of [...sts.issued, ...(rolesAnywhere?.fake.issued ?? [])]) {
        hunt.add('temporary secret key', secretAccessKey);
        hunt.add('temporary session token', sessionToken);
      }
      for (const one of sso.secrets) hunt.add(one.replace(/-\d+-of.*/, ' of the sign-in in the browser'), one);
    },
    /** As if all temporary credentials that were given out had ended. */
    revokeIssued(): void {
      for (const { accessKeyId } of [...sts.issued, ...(rolesAnywhere?.fake.issued ?? [])]) s3.revoke(accessKeyId);
    },
    async close(): Promise<void> {
      await Promise.all([s3.close(), sts.close(), sso.close(), rolesAnywhere?.fake.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeRolesAnywhere(hunt: SecretHunt, passphrase: string, wrongPassphrase: string) {
  const made = await makeTestCertificates();
  try {
    const { root, intermediate, leaf, chainPem } = await made.chain('rsa2048');
    const keyPems = { ec: await made.key('p256'), other: await made.key('p384'), rsa: leaf.keyPem };
    const ec = await made.issue({ subject: '/CN=ec', issuer: intermediate, keyPem: keyPems.ec });
    const encrypted = await made.writeKey(leaf.keyPem, 'pkcs8-aes256', passphrase);
    const plain = await made.writeKey(ec.keyPem, 'traditional');
    const pkcs12 = await made.pkcs12(leaf, [intermediate.certificatePem], passphrase);
    for (const [name, pem] of Object.entries(keyPems)) addPrivateKey(hunt, `private key (${name})`, pem);
    hunt.add('encrypted private key', middleOf(Buffer.from(encrypted.replace(/-----[^-]+-----/g, ''), 'base64')));
    hunt.add('PKCS#12 file', middleOf(pkcs12));
    const fake = await startFakeRolesAnywhere({
      ...anywhere,
      region,
      clock: systemClock,
      trustAnchorPem: root.certificatePem,
    });
    const settings = {
      type: 'rolesAnywhere',
      ...anywhere,
      region,
      sessionName: 'me',
      endpointUrl: fake.endpointUrl,
    } as const;
    const ofEc = { ...settings, certificatePem: ec.certificatePem + intermediate.certificatePem };
    const ofRsa = { ...settings, certificatePem: chainPem, privateKeyPem: encrypted };
    const ofFile = { ...settings, certificatePem: pkcs12.toString('base64') };
    const good: Record<string, AuthInput> = {
      'certificate and key': { ...ofEc, privateKeyPem: plain },
      'encrypted key': { ...ofRsa, privateKeyPassphrase: passphrase },
      'PKCS#12': { ...ofFile, privateKeyPassphrase: passphrase },
    };
    const bad: Record<string, AuthInput> = {
      'wrong passphrase': { ...ofRsa, privateKeyPassphrase: wrongPassphrase },
      'no passphrase': ofRsa,
      'PKCS#12 with a wrong passphrase': { ...ofFile, privateKeyPassphrase: wrongPassphrase },
      'key of another certificate': { ...ofEc, privateKeyPem: keyPems.other },
      'half a key': { ...ofEc, privateKeyPem: plain.slice(0, plain.length / 2) },
      'key in the place of the certificate': { ...ofEc, certificatePem: plain, privateKeyPem: plain },
      'certificate nobody trusts': {
        ...settings,
        certificatePem: (await made.issue({ subject: '/CN=self', keyPem: keyPems.other })).certificatePem,
        privateKeyPem: keyPems.other,
      },
    };
    return { fake, good, bad };
  } finally {
    await made.close();
  }
}

/** The private number itself stands in every form of the key: PKCS#1, SEC1, PKCS#8, JWK. */
function addPrivateKey(hunt: SecretHunt, what: string, pem: string): void {
  const { d, p, q } = createPrivateKey(pem).export({ format: 'jwk' });
  for (const number of [d, p, q]) if (number !== undefined) hunt.add(what, middleOf(Buffer.from(number, 'base64url')));
}

/** Some bytes that no other key or file has. */
function middleOf(bytes: Buffer): Buffer {
  const middle = Math.floor(bytes.length / 2);
  return bytes.subarray(middle - 12, middle + 12);
}
