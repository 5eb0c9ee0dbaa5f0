import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readKeyMaterial, type KeyMaterialInput } from '../../../main/credentials/roles-anywhere/key-material.ts';
import { decodeText, readPemBlocks, writePem } from '../../../main/credentials/roles-anywhere/pem-blocks.ts';
import {
  derOf,
  type Identity,
  type KeyForm,
  type KeyType,
  makeTestCertificates,
  opensslIsInstalled,
  type TestCertificates,
} from '../../fakes/test-certificates.ts';

const passphrase = 'correct horse';
const nothing = { certificate: null, privateKey: null, passphrase: null };

function read(input: Partial<KeyMaterialInput>) {
  const result = readKeyMaterial({ ...nothing, ...input });
  if (!result.ok) throw new Error(`${result.error.code} ${JSON.stringify(result.error.context)}`);
  const certificates = readPemBlocks(result.value.certificatePem).map(({ der }) => new X509Certificate(der));
  return { ...result.value, certificates, subjects: certificates.map(({ subject }) => subject.split('CN=')[1]) };
}

function failureOf(input: Partial<KeyMaterialInput>) {
  const result = readKeyMaterial({ ...nothing, ...input });
  if (result.ok) throw new Error('It was read.');
  return result.error;
}

const codeOf = (input: Partial<KeyMaterialInput>) => failureOf(input).code;

describe('PEM blocks', () => {
  test('are found whatever stands around them, and an unfinished one is empty', () => {
    const text =
      'junk\n-----BEGIN A-----\nAAEC\n-----END A-----\n-----BEGIN B-----\nAAEC\n-----BEGIN C-----\r\nAAEC\r\n-----END C-----';
    expect(readPemBlocks(text).map(({ label, der }) => [label, der.toString('hex')])).toEqual([
      ['A', '000102'],
      ['B', ''],
      ['C', '000102'],
    ]);
  });

  test('what is written is read again, headers included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.boolean(), (bytes, isEncrypted) => {
        const block = {
          label: 'RSA PRIVATE KEY',
          der: Buffer.from(bytes),
          dekInfo: isEncrypted ? 'AES-256-CBC,0011AAFF' : null,
        };
        expect(readPemBlocks(writePem(block))).toEqual([block]);
        expect(readPemBlocks(writePem(block).replaceAll('\n', ' '))).toEqual([block]);
        expect(readPemBlocks(JSON.stringify(writePem(block)))).toEqual([block]);
      }),
    );
  });

  test('text of a file may be UTF-16', () => {
    const text = 'Zoë';
    expect(decodeText(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toBe(text);
    expect(decodeText(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16())).toBe(text);
    expect(decodeText(Buffer.from(`\uFEFF${text}`))).toBe(text);
  });
});

test('without anything the certificate is missing, without a key the key', () => {
  expect(codeOf({})).toBe('CertificateMissing');
  expect(codeOf({ certificate: ' \r\n' })).toBe('CertificateMissing');
});

test('arbitrary text and bytes are unreadable, with their path, and never throw', () => {
  const anything = fc.oneof(fc.string(), fc.uint8Array({ maxLength: 400 }), fc.base64String());
  fc.assert(
    fc.property(anything, anything, fc.option(fc.string()), (certificate, privateKey, phrase) => {
      const result = readKeyMaterial({ certificate, privateKey, passphrase: phrase });
      expect(result.ok ? 'read' : result.error.code).toMatch(/^Certificate(Unreadable|Missing)$/);
    }),
  );
  expect(failureOf({ certificate: 'not a certificate', certificatePath: '/c.pem' })).toMatchObject({
    code: 'CertificateUnreadable',
    context: { path: '/c.pem' },
  });
});

if (!opensslIsInstalled) {
  // Without it the file still has tests; test/setup.mjs says what is left out.
  test('OpenSSL is not installed here: nothing makes certificates', async () => {
    await expect(makeTestCertificates().then((made) => made.key('p256'))).rejects.toThrow();
  });
} else {
  describe('keys and certificates of OpenSSL', () => {
    let made: TestCertificates;
    let rsa: Awaited<ReturnType<TestCertificates['chain']>>;
    let ec: Awaited<ReturnType<TestCertificates['chain']>>;
    beforeAll(async () => {
      made = await makeTestCertificates();
      rsa = await made.chain('rsa2048');
      ec = await made.chain('p256');
    });
    afterAll(() => made.close());

    /** The same key, as its public half: an encoding may differ. */
    const publicOf = (keyPem: string) =>
      createPublicKey(createPrivateKey(keyPem)).export({ type: 'spki', format: 'pem' });

    const shapeOf = (certificate: Uint8Array, keyPem: string) => ({
      certificate: Buffer.from(certificate).toString('base64'),
      publicKey: publicOf(keyPem),
      form: 'PRIVATE KEY',
    });
    function pairOf(input: Partial<KeyMaterialInput>) {
      const { certificates, privateKeyPem } = read(input);
      const form = /^-----BEGIN ([A-Z ]+)-----\n/.exec(privateKeyPem)?.[1];
      return { ...shapeOf(certificates[0]?.raw ?? new Uint8Array(), privateKeyPem), form };
    }
    const wanted = ({ certificatePem, keyPem }: Identity) => shapeOf(derOf(certificatePem), keyPem);

    test.each<KeyType>(['rsa2048', 'rsa4096', 'p256', 'p384'])(
      '%s: PEM, DER and base64 of DER, of either',
      async (type) => {
        const leaf = await made.issue({
          subject: `/CN=${type}`,
          issuer: rsa.intermediate,
          keyPem: await made.key(type),
        });
        const key = createPrivateKey(leaf.keyPem);
        const isRsa = key.asymmetricKeyType === 'rsa';
        const keyDers = [
          key.export({ type: 'pkcs8', format: 'der' }),
          isRsa ? key.export({ type: 'pkcs1', format: 'der' }) : key.export({ type: 'sec1', format: 'der' }),
          key.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase }),
        ];
        const pems = [leaf.keyPem, await made.writeKey(leaf.keyPem, 'traditional')];
        const certificateDer = derOf(leaf.certificatePem);
        const certificates = [
          leaf.certificatePem,
          Buffer.from(leaf.certificatePem),
          Buffer.from(`\uFEFF${leaf.certificatePem}`, 'utf16le'),
          certificateDer,
          certificateDer.toString('base64'),
          Buffer.from(certificateDer.toString('base64')),
          Buffer.concat([certificateDer, Buffer.from('\n')]),
        ];
        const keys = [
          ...pems.flatMap((pem) => [pem, Buffer.from(pem)]),
          ...keyDers.flatMap((der) => [der, der.toString('base64').replace(/.{64}/g, '$&\r\n')]),
        ];
        const inputs = [
          ...certificates.map((certificate) => ({ certificate, privateKey: leaf.keyPem })),
          ...keys.map((privateKey) => ({ certificate: leaf.certificatePem, privateKey })),
          { certificate: certificateDer, privateKey: keyDers[2] ?? '' },
        ];
        for (const input of inputs) expect(pairOf({ ...input, passphrase })).toEqual(wanted(leaf));
      },
    );

    test('its own result read again is the same', () => {
      const { certificatePem, privateKeyPem } = read({ certificate: rsa.chainPem, privateKey: rsa.leaf.keyPem });
      expect(readKeyMaterial({ certificate: certificatePem, privateKey: privateKeyPem, passphrase: null })).toEqual({
        ok: true,
        value: { certificatePem, privateKeyPem },
      });
    });

    test('SEC1 behind its parameters', async () => {
      for (const curve of ['prime256v1', 'secp384r1']) {
        const keyPem = await made.ecKeyWithParameters(curve);
        expect(keyPem).toContain('BEGIN EC PARAMETERS');
        const leaf = await made.issue({ subject: `/CN=${curve}`, issuer: ec.intermediate, keyPem });
        expect(pairOf({ certificate: leaf.certificatePem, privateKey: keyPem })).toEqual(wanted(leaf));
      }
    });

    const readable: KeyForm[] = [
      'traditional-aes256',
      'traditional-des3',
      'pkcs8-aes256',
      'pkcs8-des3',
      'pkcs8-scrypt',
    ];
    test.each(readable)('%s: opens with its passphrase, and says when that is missing or wrong', async (form) => {
      for (const { leaf } of [rsa, ec]) {
        const privateKey = await made.writeKey(leaf.keyPem, form, passphrase);
        const certificate = leaf.certificatePem;
        expect(pairOf({ certificate, privateKey, passphrase })).toEqual(wanted(leaf));
        expect(pairOf({ certificate, privateKey: privateKey.replaceAll('\n', '\r\n'), passphrase })).toEqual(
          wanted(leaf),
        );
        expect(codeOf({ certificate, privateKey })).toBe('PassphraseMissing');
        expect(codeOf({ certificate, privateKey, passphrase: '' })).toBe('PassphraseMissing');
        expect(codeOf({ certificate, privateKey, passphrase: 'wrong' })).toBe('PassphraseWrong');
      }
    });

    test('a wrong passphrase is called that also when it happens to leave something that looks decrypted', async () => {
      const privateKey = await made.writeKey(ec.leaf.keyPem, 'traditional-des3', passphrase);
      const codes = new Set<string>();
      for (let index = 0; index < 1000; index += 1) {
        codes.add(codeOf({ certificate: ec.leaf.certificatePem, privateKey, passphrase: `wrong ${index}` }));
      }
      expect([...codes]).toEqual(['PassphraseWrong']);
    });

    test('a passphrase beyond ASCII', async () => {
      const privateKey = await made.writeKey(ec.leaf.keyPem, 'pkcs8-aes256', 'žluťoučký');
      expect(pairOf({ certificate: ec.leaf.certificatePem, privateKey, passphrase: 'žluťoučký' })).toEqual(
        wanted(ec.leaf),
      );
    });

    test.each<KeyForm>(['traditional-des', 'pkcs8-md5-des', 'pkcs8-rc2-40'])(
      '%s: encrypted in a way that is not opened any more',
      async (form) => {
        const privateKey = await made.writeKey(rsa.leaf.keyPem, form, passphrase);
        const certificate = rsa.leaf.certificatePem;
        for (const phrase of [passphrase, 'wrong', null]) {
          expect(codeOf({ certificate, privateKey, passphrase: phrase })).toBe('KeyEncryptionUnsupported');
        }
      },
    );

    test('both in one file, given for either, in any order', () => {
      const [certificate, key] = [rsa.chainPem, rsa.leaf.keyPem];
      for (const both of [certificate + key, key + certificate]) {
        expect(pairOf({ certificate: both })).toEqual(wanted(rsa.leaf));
        expect(pairOf({ privateKey: both })).toEqual(wanted(rsa.leaf));
        expect(pairOf({ certificate: both, privateKey: both })).toEqual(wanted(rsa.leaf));
        expect(read({ certificate: both, privateKey: both }).certificates).toHaveLength(2);
      }
      // The two fields mixed up.
      expect(pairOf({ certificate: key, privateKey: certificate })).toEqual(wanted(rsa.leaf));
    });

    test.each(['aes', 'legacy'] as const)('PKCS#12 (%s), RSA and EC: to the byte, and its passphrase', async (form) => {
      for (const { leaf, intermediate, root } of [rsa, ec]) {
        const file = await made.pkcs12(leaf, [root.certificatePem, intermediate.certificatePem], passphrase, form);
        for (const certificate of [file, file.toString('base64')]) {
          expect(pairOf({ certificate, passphrase })).toEqual(wanted(leaf));
          const { certificates } = read({ certificate, passphrase });
          const whole = [leaf, intermediate, root].map(({ certificatePem }) => derOf(certificatePem));
          expect(certificates.map(({ raw }) => Buffer.from(raw))).toEqual(whole);
          expect(codeOf({ certificate })).toBe('PassphraseMissing');
          expect(codeOf({ certificate, passphrase: 'wrong' })).toBe('PassphraseWrong');
        }
        expect(pairOf({ privateKey: file, passphrase })).toEqual(wanted(leaf));
        expect(pairOf({ certificate: leaf.certificatePem, privateKey: file, passphrase })).toEqual(wanted(leaf));
      }
    });

    test.each(['aes', 'legacy', 'plain'] as const)('PKCS#12 without a password (%s)', async (form) => {
      for (const { leaf } of [rsa, ec]) {
        const certificate = await made.pkcs12(leaf, [], '', form);
        for (const phrase of [null, '', 'not needed'])
          expect(pairOf({ certificate, passphrase: phrase })).toEqual(wanted(leaf));
      }
    });

    test.each(['aes', 'legacy'] as const)('PKCS#12 with a password beyond ASCII (%s)', async (form) => {
      const certificate = await made.pkcs12(rsa.leaf, [], 'žluťoučký 🐎', form);
      expect(pairOf({ certificate, passphrase: 'žluťoučký 🐎' })).toEqual(wanted(rsa.leaf));
      expect(codeOf({ certificate, passphrase: 'žlutoučký 🐎' })).toBe('PassphraseWrong');
    });

    test('PKCS#12 of a certificate whose signature has parameters, to the byte', async () => {
      const keyPem = await made.key('rsa2048');
      const leaf = await made.issue({ subject: '/O=Žluťoučký/CN=pss', keyPem, signature: 'pss' });
      const { certificates } = read({ certificate: await made.pkcs12(leaf, [], passphrase), passphrase });
      expect(Buffer.from(certificates[0]?.raw ?? [])).toEqual(derOf(leaf.certificatePem));
    });

    test('a cut-off file is unreadable, at any length', async () => {
      const file = await made.pkcs12(ec.leaf, [], passphrase);
      const key = createPrivateKey(ec.leaf.keyPem).export({ type: 'pkcs8', format: 'der' });
      const certificate = derOf(ec.leaf.certificatePem);
      const cut = (bytes: Buffer) =>
        fc.integer({ min: 1, max: bytes.length - 1 }).map((length) => bytes.subarray(0, length));
      fc.assert(
        fc.property(cut(file), cut(certificate), cut(key), (cutFile, cutCertificate, cutKey) => {
          expect(codeOf({ certificate: cutFile, passphrase })).toBe('CertificateUnreadable');
          expect(codeOf({ certificate: cutCertificate, privateKey: ec.leaf.keyPem })).toBe('CertificateUnreadable');
          expect(codeOf({ certificate, privateKey: cutKey })).toBe('PrivateKeyUnreadable');
        }),
        { numRuns: 40 },
      );
      const pem = ec.chainPem.slice(0, -40);
      expect(codeOf({ certificate: pem, privateKey: ec.leaf.keyPem })).toBe('CertificateUnreadable');
    });

    test('junk around PEM never changes the result', () => {
      const plain = read({ certificate: rsa.chainPem, privateKey: rsa.leaf.keyPem });
      const line = fc.string({ maxLength: 60 }).filter((text) => !text.includes('-----'));
      const junk = fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n'));
      const lineEnd = fc.constantFrom('\n', '\r\n', '\r', '\n\n', ' \n\t');
      const start = fc.constantFrom(
        '',
        '\uFEFF',
        'Bag Attributes\n    friendlyName: leaf\nKey Attributes: <No Attributes>\n',
      );
      fc.assert(
        fc.property(start, junk, junk, junk, lineEnd, fc.boolean(), (first, before, between, after, end, asBytes) => {
          const [leafPem, intermediatePem] = [rsa.leaf.certificatePem, rsa.intermediate.certificatePem];
          const dress = (text: string) => {
            const dressed = text.replaceAll('\n', end);
            return asBytes ? Buffer.from(dressed) : dressed;
          };
          const certificate = dress(`${first}${before}\n${leafPem}${between}\n${intermediatePem}${after}`);
          const privateKey = dress(`${first}${between}\n${rsa.leaf.keyPem}${before}`);
          expect(read({ certificate, privateKey })).toEqual(plain);
        }),
      );
    });

    test('the certificate of the key goes first and the chain in order, however they are given', () => {
      const all = [rsa.leaf, rsa.intermediate, rsa.root].map(({ certificatePem }) => certificatePem);
      const inOrder = ['leaf rsa2048', 'Example Intermediate', 'Example Root'];
      fc.assert(
        fc.property(fc.shuffledSubarray([0, 1, 2, 0, 1], { minLength: 5 }), (order) => {
          const certificate = [...order, 2].map((index) => all[index]).join('');
          expect(read({ certificate, privateKey: rsa.leaf.keyPem }).subjects).toEqual(inOrder);
        }),
      );
      // Of the key's file only what the chain lacks.
      const privateKey = rsa.leaf.keyPem + rsa.intermediate.certificatePem + ec.leaf.certificatePem;
      expect(read({ certificate: all[0] ?? '', privateKey }).subjects).toEqual(inOrder.slice(0, 2));
    });

    test('what is no part of the chain stays behind it', () => {
      const certificate = ec.leaf.certificatePem + rsa.chainPem;
      const { subjects } = read({ certificate, privateKey: rsa.leaf.keyPem });
      expect(subjects).toEqual(['leaf rsa2048', 'Example Intermediate', 'leaf p256']);
    });

    test("OpenSSL's trusted form is read without what is added to it", async () => {
      const certificate = await made.convert(ec.leaf.certificatePem, '-trustout', '-addtrust', 'clientAuth');
      expect(certificate).toContain('BEGIN TRUSTED CERTIFICATE');
      expect(pairOf({ certificate, privateKey: ec.leaf.keyPem })).toEqual(wanted(ec.leaf));
    });

    test('of several keys the one that fits', () => {
      const privateKey = ec.leaf.keyPem + rsa.leaf.keyPem;
      expect(pairOf({ certificate: rsa.leaf.certificatePem, privateKey })).toEqual(wanted(rsa.leaf));
    });

    test('a key of another certificate, or none', () => {
      const certificate = rsa.leaf.certificatePem;
      expect(codeOf({ certificate, privateKey: ec.leaf.keyPem })).toBe('PrivateKeyMismatch');
      expect(codeOf({ certificate, privateKey: rsa.root.keyPem })).toBe('PrivateKeyMismatch');
      expect(codeOf({ certificate })).toBe('PrivateKeyMissing');
      expect(codeOf({ certificate, privateKey: '' })).toBe('PrivateKeyMissing');
      const unreadable = failureOf({ certificate, privateKey: 'no key', privateKeyPath: '/k.pem' });
      expect(unreadable).toMatchObject({ code: 'PrivateKeyUnreadable', context: { path: '/k.pem' } });
      expect(codeOf({ certificate, privateKey: certificate })).toBe('PrivateKeyUnreadable');
      const broken = rsa.leaf.keyPem.replace(/\n[A-Za-z0-9+/]{64}\n/, '\n');
      expect(codeOf({ certificate, privateKey: broken })).toBe('PrivateKeyUnreadable');
    });

    test.each<[KeyType, string]>([
      ['p521', 'EC P-521'],
      ['ed25519', 'ED25519'],
      ['rsa1024', 'RSA 1024'],
    ])('%s cannot sign in', async (type, keyType) => {
      const leaf = await made.issue({ subject: '/CN=odd', issuer: rsa.intermediate, keyPem: await made.key(type) });
      const pairs = [leaf.keyPem, ...(type === 'rsa1024' ? [] : [rsa.leaf.keyPem])];
      for (const privateKey of pairs) {
        expect(failureOf({ certificate: leaf.certificatePem, privateKey })).toMatchObject({
          code: 'CertificateUnsupported',
          context: { keyType },
        });
      }
      if (type === 'rsa1024') return;
      const inFile = await made.pkcs12(leaf, [], passphrase);
      expect(codeOf({ certificate: inFile, passphrase })).toBe('CertificateUnsupported');
    });

    test('no error has any text of the key or the passphrase', async () => {
      const phrase = 'a-secret-that-must-not-appear';
      const encrypted = await made.writeKey(rsa.leaf.keyPem, 'pkcs8-aes256', phrase);
      const broken = rsa.leaf.keyPem.replace(/\n[A-Za-z0-9+/]{64}\n/, '\n');
      const file = await made.pkcs12(rsa.leaf, [], phrase);
      const certificate = rsa.leaf.certificatePem;
      const failures = [
        failureOf({ certificate, privateKey: encrypted, passphrase: `${phrase}-wrong` }),
        failureOf({ certificate, privateKey: broken, passphrase: phrase }),
        failureOf({ certificate: file, passphrase: `${phrase}-wrong` }),
        failureOf({ certificate: file.subarray(0, 300), passphrase: phrase }),
        failureOf({
          certificate,
          privateKey: await made.writeKey(rsa.leaf.keyPem, 'pkcs8-md5-des', phrase),
          passphrase: phrase,
        }),
      ];
      const bodies = [encrypted, broken, file.toString('base64')].map((text) =>
        text.replace(/-----[^-]+-----|\s/g, ''),
      );
      for (const failure of failures) {
        const text = JSON.stringify(failure);
        expect(text).not.toContain(phrase);
        for (const body of bodies) {
          for (let at = 0; at + 12 <= body.length; at += 12) expect(text.includes(body.slice(at, at + 12))).toBe(false);
        }
      }
    });
  });
}
