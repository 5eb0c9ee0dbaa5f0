import { execFile, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** OpenSSL 3 (test/setup.mjs installs it on Debian); macOS has LibreSSL under the same name, which lacks some of it. */
export const opensslIsInstalled = (spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '').startsWith(
  'OpenSSL 3',
);

export type KeyType = 'rsa1024' | 'rsa2048' | 'rsa4096' | 'p256' | 'p384' | 'p521' | 'ed25519';

/** A certificate and its key, both PEM, the key as PKCS#8 without encryption. */
export type Identity = { readonly certificatePem: string; readonly keyPem: string };

export type Issue = {
  /** As OpenSSL takes it: `/O=Example/CN=leaf`. */
  readonly subject: string;
  /** Left out: signed by itself. */
  readonly issuer?: Identity | undefined;
  readonly keyPem: string;
  readonly isAuthority?: boolean;
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
  /** Hex, an even number of digits. */
  readonly serial?: string;
  /** RSA-PSS, of an RSA issuer; left out: PKCS#1 v1.5. */
  readonly signature?: 'pss';
};

/** How OpenSSL writes a key. */
export type KeyForm =
  /** PKCS#1 for RSA, SEC1 for EC. */
  | 'traditional'
  | 'traditional-aes256'
  | 'traditional-des3'
  /** Needs OpenSSL's legacy provider, and no current program opens it. */
  | 'traditional-des'
  | 'pkcs8-aes256'
  | 'pkcs8-des3'
  | 'pkcs8-scrypt'
  | 'pkcs8-md5-des'
  | 'pkcs8-rc2-40';

export type Pkcs12Form = 'aes' | 'legacy' | 'plain';

/** From 2020 to 2049, so that no test's clock is outside. */
const validity = { notBeforeMs: Date.UTC(2020, 0, 1), notAfterMs: Date.UTC(2049, 0, 1) };

export interface TestCertificates {
  key(type: KeyType): Promise<string>;
  issue(issue: Issue): Promise<Identity>;
  /** Root, intermediate and leaf, each with a key of the type. */
  chain(type: KeyType): Promise<{ root: Identity; intermediate: Identity; leaf: Identity; chainPem: string }>;
  writeKey(keyPem: string, form: KeyForm, passphrase?: string): Promise<string>;
  /** `EC PARAMETERS` and `EC PRIVATE KEY`, as `openssl ecparam -genkey` writes them. */
  ecKeyWithParameters(curve: string): Promise<string>;
  /** `legacy`: RC2 and 3DES; `plain`: no encryption and no check. */
  pkcs12(leaf: Identity, chain: readonly string[], passphrase: string, form?: Pkcs12Form): Promise<Buffer>;
  /** `openssl x509 …` on a certificate, such as `-trustout -addtrust clientAuth`. */
  convert(certificatePem: string, ...options: string[]): Promise<string>;
  /** Signed by itself, with a serial number below zero. */
  negativeSerial(keyPem: string): Promise<Identity>;
  close(): Promise<void>;
}

/** Makes certificates with the `openssl` program in a temporary folder; each key is made once for each type. */
export async function makeTestCertificates(): Promise<TestCertificates> {
  const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  let made = 0;
  const place = (name: string) => join(folder, `${++made}-${name}`);
  const openssl = (...args: string[]) => run('openssl', args);
  async function save(name: string, content: string): Promise<string> {
    const path = place(name);
    await writeFile(path, content);
    return path;
  }

  async function makeKey(type: KeyType): Promise<string> {
    const path = place('key.pem');
    const options = type.startsWith('rsa')
      ? ['RSA', '-pkeyopt', `rsa_keygen_bits:${type.slice(3)}`]
      : type === 'ed25519'
        ? ['ED25519']
        : ['EC', '-pkeyopt', `ec_paramgen_curve:P-${type.slice(1)}`];
    await openssl('genpkey', '-algorithm', ...options, '-out', path);
    return readFile(path, 'utf8');
  }

  async function issue(asked: Issue): Promise<Identity> {
    const at = place('authority');
    await mkdir(at);
    const [csr, key, config, out] = ['csr.pem', 'key.pem', 'ca.cnf', 'out.pem'].map((name) => join(at, name)) as [
      string,
      string,
      string,
      string,
    ];
    const issuer = asked.issuer ?? { certificatePem: '', keyPem: asked.keyPem };
    await writeFile(join(at, 'index.txt'), '');
    await writeFile(join(at, 'serial'), `${asked.serial ?? nextSerial()}\n`);
    await writeFile(key, asked.keyPem);
    await writeFile(join(at, 'issuer.key'), issuer.keyPem);
    await writeFile(join(at, 'issuer.pem'), issuer.certificatePem);
    await writeFile(config, authorityConfig(at));
    await openssl('req', '-new', '-utf8', '-config', config, '-key', key, '-subj', asked.subject, '-out', csr);
    await openssl(
      'ca',
      '-batch',
      '-notext',
      '-utf8',
      '-config',
      config,
      '-in',
      csr,
      '-out',
      out,
      '-md',
      hashFor(issuer.keyPem),
      '-startdate',
      asn1Time(asked.notBeforeMs ?? validity.notBeforeMs),
      '-enddate',
      asn1Time(asked.notAfterMs ?? validity.notAfterMs),
      ...(asked.signature === 'pss' ? ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:20'] : []),
      '-extensions',
      asked.isAuthority ? 'authority' : 'leaf',
      ...(asked.issuer === undefined ? ['-selfsign', '-keyfile', key] : ['-keyfile', join(at, 'issuer.key')]),
      ...(asked.issuer === undefined ? [] : ['-cert', join(at, 'issuer.pem')]),
    );
    return { certificatePem: await readFile(out, 'utf8'), keyPem: asked.keyPem };
  }

  let serials = 0x4b1d0000;
  // The leading digits make it longer than what a double holds.
  const nextSerial = () => `7A3F00000000000000${(serials++).toString(16).toUpperCase()}`;
  const keys = new Map<KeyType, Promise<string>>();
  const keyOf = (type: KeyType) => {
    const known = keys.get(type) ?? makeKey(type);
    keys.set(type, known);
    return known;
  };

  return {
    key: keyOf,
    issue,
    async chain(type) {
      const [rootKey, intermediateKey, keyPem] = await Promise.all([makeKey('p256'), makeKey('p256'), keyOf(type)]);
      const root = await issue({ subject: '/O=Example/CN=Example Root', keyPem: rootKey, isAuthority: true });
      const intermediate = await issue({
        subject: '/O=Example/CN=Example Intermediate',
        issuer: root,
        keyPem: intermediateKey,
        isAuthority: true,
      });
      const leaf = await issue({ subject: `/C=DE/O=Example/CN=leaf ${type}`, issuer: intermediate, keyPem });
      return { root, intermediate, leaf, chainPem: leaf.certificatePem + intermediate.certificatePem };
    },
    async writeKey(keyPem, form, passphrase = 'correct horse') {
      const input = await save('in.pem', keyPem);
      const out = place('out.pem');
      const isRsa = createPrivateKey(keyPem).asymmetricKeyType === 'rsa';
      const legacy = ['-provider', 'legacy', '-provider', 'default'];
      const pass = ['-passout', `pass:${passphrase}`];
      const traditional = isRsa
        ? ['rsa', '-traditional', '-in', input, '-out', out]
        : ['ec', '-in', input, '-out', out];
      const pkcs8 = ['pkcs8', '-topk8', '-in', input, '-out', out, ...pass];
      const commands: Record<KeyForm, string[]> = {
        traditional,
        'traditional-aes256': [...traditional, '-aes256', ...pass],
        'traditional-des3': [...traditional, '-des3', ...pass],
        'traditional-des': [...traditional, '-des', ...pass, ...legacy],
        'pkcs8-aes256': [...pkcs8, '-v2', 'aes-256-cbc'],
        'pkcs8-des3': [...pkcs8, '-v1', 'PBE-SHA1-3DES'],
        'pkcs8-scrypt': [...pkcs8, '-scrypt'],
        'pkcs8-md5-des': [...pkcs8, '-v1', 'PBE-MD5-DES', ...legacy],
        'pkcs8-rc2-40': [...pkcs8, '-v1', 'PBE-SHA1-RC2-40', ...legacy],
      };
      await openssl(...commands[form]);
      return readFile(out, 'utf8');
    },
    async ecKeyWithParameters(curve) {
      const out = place('ec.pem');
      await openssl('ecparam', '-name', curve, '-genkey', '-out', out);
      return readFile(out, 'utf8');
    },
    async pkcs12(leaf, chain, passphrase, form = 'aes') {
      const [key, certificate] = [await save('key.pem', leaf.keyPem), await save('leaf.pem', leaf.certificatePem)];
      const out = place('out.p12');
      const forms: Record<Pkcs12Form, string[]> = {
        aes: [],
        legacy: ['-legacy'],
        plain: ['-keypbe', 'NONE', '-certpbe', 'NONE', '-nomac'],
      };
      await openssl(
        'pkcs12',
        '-export',
        '-inkey',
        key,
        '-in',
        certificate,
        '-out',
        out,
        '-passout',
        `pass:${passphrase}`,
        ...(chain.length === 0 ? [] : ['-certfile', await save('chain.pem', chain.join(''))]),
        ...forms[form],
      );
      return readFile(out);
    },
    async convert(certificatePem, ...options) {
      const out = place('out.pem');
      await openssl('x509', '-in', await save('in.pem', certificatePem), '-out', out, ...options);
      return readFile(out, 'utf8');
    },
    async negativeSerial(keyPem) {
      const out = place('negative.pem');
      const key = await save('key.pem', keyPem);
      await openssl(
        'req',
        '-x509',
        '-new',
        '-key',
        key,
        '-subj',
        '/CN=negative',
        '-set_serial',
        '-5',
        '-days',
        '10000',
        '-out',
        out,
      );
      return { certificatePem: await readFile(out, 'utf8'), keyPem };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The bytes of a certificate. */
export function derOf(certificatePem: string): Buffer {
  return Buffer.from(new X509Certificate(certificatePem).raw);
}

/** `20200101000000Z`. */
function asn1Time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}

function hashFor(keyPem: string): string {
  return createPrivateKey(keyPem).asymmetricKeyType === 'ed25519' ? 'null' : 'sha256';
}

function authorityConfig(at: string): string {
  return `
[req]
distinguished_name = name
string_mask = utf8only
[name]
[ca]
default_ca = here
[here]
database = ${at}/index.txt
serial = ${at}/serial
new_certs_dir = ${at}
unique_subject = no
email_in_dn = no
preserve = yes
policy = any
[any]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = optional
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
`;
}
