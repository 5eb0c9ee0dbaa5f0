import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkCertificate, describeCertificate } from '../../../main/credentials/roles-anywhere/check-certificate.ts';
import {
  type Issue,
  makeTestCertificates,
  opensslIsInstalled,
  type TestCertificates,
} from '../../fakes/test-certificates.ts';

const nowMs = Date.UTC(2025, 5, 15, 12);
const dayMs = 24 * 3_600_000;

test('what is no certificate and no key is said to be unreadable', () => {
  expect(checkCertificate('', '', nowMs)).toMatchObject({ ok: false, error: { code: 'CertificateUnreadable' } });
  const broken = '-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n';
  expect(checkCertificate(broken, '', nowMs)).toMatchObject({ ok: false, error: { code: 'CertificateUnreadable' } });
  expect(() => describeCertificate('')).toThrow('no certificate');
});

if (!opensslIsInstalled) {
  // Without it the file still has a test; test/setup.mjs says what is left out.
  test('OpenSSL is not installed here: nothing makes certificates', async () => {
    await expect(makeTestCertificates().then((made) => made.key('p256'))).rejects.toThrow();
  });
} else {
  describe('a certificate before the service is asked', () => {
    let made: TestCertificates;
    let chain: Awaited<ReturnType<TestCertificates['chain']>>;
    beforeAll(async () => {
      made = await makeTestCertificates();
      chain = await made.chain('rsa2048');
    });
    afterAll(() => made.close());

    const leafOf = async (change: Partial<Issue> = {}) =>
      made.issue({
        subject: '/O=Example/CN=leaf',
        issuer: chain.intermediate,
        keyPem: await made.key('rsa2048'),
        ...change,
      });

    test('a good chain, with and without its root, is described', async () => {
      const keyPem = await made.key('rsa2048');
      const leaf = await leafOf({
        subject: '/C=DE/O=Müller, Söhne \\+ "Co"/CN=line one',
        serial: '00FEDCBA9876543210FEDCBA98',
        notBeforeMs: Date.UTC(2025, 0, 1),
        notAfterMs: Date.UTC(2026, 0, 1),
      });
      const view = {
        subject: 'CN=line one,O=Müller\\, Söhne \\+ \\"Co\\",C=DE',
        issuer: 'CN=Example Intermediate,O=Example',
        // Longer than a double holds, and without the leading zero that keeps it positive.
        serial: BigInt('0xFEDCBA9876543210FEDCBA98').toString(),
        notBeforeMs: Date.UTC(2025, 0, 1),
        notAfterMs: Date.UTC(2026, 0, 1),
        keyType: 'RSA 2048',
        chainCount: 1,
      };
      const pem = leaf.certificatePem + chain.intermediate.certificatePem;
      expect(checkCertificate(pem, keyPem, nowMs)).toEqual({ ok: true, value: view });
      expect(describeCertificate(pem)).toEqual(view);
      const withRoot = pem + chain.root.certificatePem;
      expect(checkCertificate(withRoot, keyPem, nowMs)).toEqual({ ok: true, value: { ...view, chainCount: 2 } });
      expect(checkCertificate(leaf.certificatePem, keyPem, nowMs)).toMatchObject({
        ok: true,
        value: { chainCount: 0 },
      });
    });

    test.each([
      ['rsa2048', 'RSA 2048'],
      ['p256', 'EC P-256'],
      ['p384', 'EC P-384'],
    ] as const)('%s is %s', async (type, keyType) => {
      const leaf = await leafOf({ keyPem: await made.key(type) });
      expect(checkCertificate(leaf.certificatePem, leaf.keyPem, nowMs)).toMatchObject({ ok: true, value: { keyType } });
    });

    const refused = (pem: string, keyPem: string, atMs = nowMs) => {
      const result = checkCertificate(pem, keyPem, atMs);
      if (result.ok) throw new Error('It was accepted.');
      const { code, context } = result.error;
      return { code, ...context };
    };

    test('the key of another certificate, or none', async () => {
      const leaf = await leafOf();
      const subject = 'CN=leaf,O=Example';
      expect(refused(leaf.certificatePem, chain.root.keyPem)).toEqual({ code: 'PrivateKeyMismatch', subject });
      expect(refused(leaf.certificatePem, 'no key')).toEqual({ code: 'PrivateKeyUnreadable' });
    });

    test.each([
      ['p521', 'EC P-521'],
      ['rsa1024', 'RSA 1024'],
      ['ed25519', 'ED25519'],
    ] as const)('%s cannot sign in', async (type, keyType) => {
      const leaf = await leafOf({ keyPem: await made.key(type) });
      expect(refused(leaf.certificatePem, leaf.keyPem)).toEqual({ code: 'CertificateUnsupported', keyType });
    });

    test('a serial number below zero', async () => {
      const leaf = await made.negativeSerial(await made.key('rsa2048'));
      expect(describeCertificate(leaf.certificatePem).serial).toBe('-5');
      expect(refused(leaf.certificatePem, leaf.keyPem, Date.now())).toEqual({
        code: 'CertificateUnsupported',
        reason: 'negativeSerial',
      });
    });

    test('dates of the leaf, to the millisecond', async () => {
      const leaf = await leafOf({ notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + dayMs });
      const at = (ms: number) => checkCertificate(leaf.certificatePem, leaf.keyPem, ms).ok;
      expect([at(nowMs - dayMs), at(nowMs), at(nowMs + dayMs)]).toEqual([true, true, true]);
      const subject = 'CN=leaf,O=Example';
      expect(refused(leaf.certificatePem, leaf.keyPem, nowMs + dayMs + 1)).toEqual({
        code: 'CertificateExpired',
        subject,
        date: '2025-06-16',
      });
      expect(refused(leaf.certificatePem, leaf.keyPem, nowMs - dayMs - 1)).toEqual({
        code: 'CertificateNotYetValid',
        subject,
        date: '2025-06-14',
      });
    });

    test('dates of an intermediate count, those of a root do not', async () => {
      const old = { notBeforeMs: Date.UTC(2020, 0, 1), notAfterMs: Date.UTC(2021, 0, 1) };
      const keyPem = await made.key('p256');
      const oldRoot = await made.issue({ subject: '/CN=old root', keyPem, isAuthority: true, ...old });
      const oldMiddle = await made.issue({
        subject: '/CN=old middle',
        issuer: oldRoot,
        keyPem,
        isAuthority: true,
        ...old,
      });
      const below = await leafOf({ issuer: oldMiddle });
      expect(refused(below.certificatePem + oldMiddle.certificatePem, below.keyPem)).toEqual({
        code: 'CertificateExpired',
        subject: 'CN=old middle',
        date: '2021-01-01',
      });
      const belowRoot = await leafOf({ issuer: oldRoot });
      expect(checkCertificate(belowRoot.certificatePem + oldRoot.certificatePem, belowRoot.keyPem, nowMs).ok).toBe(
        true,
      );
    });

    test('a chain that is none, by name and by signature', async () => {
      const leaf = await leafOf();
      const broken = { code: 'CertificateChainBroken', subject: 'CN=leaf,O=Example' };
      expect(refused(leaf.certificatePem + chain.root.certificatePem, leaf.keyPem)).toEqual(broken);
      // The same name with another key: it is the signature that tells.
      const twin = await made.issue({
        subject: '/O=Example/CN=Example Intermediate',
        issuer: chain.root,
        keyPem: await made.key('p384'),
        isAuthority: true,
      });
      expect(refused(leaf.certificatePem + twin.certificatePem, leaf.keyPem)).toEqual(broken);
      const beyond = leaf.certificatePem + chain.intermediate.certificatePem + twin.certificatePem;
      expect(refused(beyond, leaf.keyPem)).toEqual({
        code: 'CertificateChainBroken',
        subject: 'CN=Example Intermediate,O=Example',
      });
    });
  });
}
