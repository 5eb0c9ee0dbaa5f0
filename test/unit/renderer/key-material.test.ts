import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { emptyDraft } from '../../../renderer/features/connections/connection-draft.ts';
import {
  certificateCount,
  isEncrypted,
  keyKind,
  keyTextOf,
  takeKeyText,
} from '../../../renderer/features/connections/key-material.ts';

const pem = (label: string, text = 'MIIB') => `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`;
const base64 = (...start: number[]) => keyTextOf(Uint8Array.from([...start, ...Array.from({ length: 40 }, () => 1)]));

describe('what a file is', () => {
  const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encryption = { cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  test.each([
    ['PKCS#8', ec.export({ format: 'der', type: 'pkcs8' })],
    ['SEC1', ec.export({ format: 'der', type: 'sec1' })],
    ['PKCS#1', rsa.export({ format: 'der', type: 'pkcs1' })],
    ['encrypted PKCS#8', rsa.export({ format: 'der', type: 'pkcs8', ...encryption })],
    ['PEM', Buffer.from(ec.export({ format: 'pem', type: 'pkcs8' }))],
    ['encrypted PEM', Buffer.from(rsa.export({ format: 'pem', type: 'pkcs1', ...encryption }))],
  ])('a private key as %s', (_, bytes) => {
    expect(keyKind(keyTextOf(bytes))).toBe('privateKey');
  });

  test('an encrypted key where the text says so', () => {
    expect(isEncrypted(String(rsa.export({ format: 'pem', type: 'pkcs8', ...encryption })))).toBe(true);
    expect(isEncrypted(String(rsa.export({ format: 'pem', type: 'pkcs1', ...encryption })))).toBe(true);
    expect(isEncrypted(String(rsa.export({ format: 'pem', type: 'pkcs8' })))).toBe(false);
  });

  test('a certificate, a PKCS#12 file, and anything else', () => {
    // SEQUENCE { SEQUENCE { [0] … of X.509 version 3, INTEGER 3 of PKCS#12.
    expect(keyKind(base64(0x30, 0x82, 0x03, 0x01, 0x30, 0x82, 0x02, 0x01, 0xa0))).toBe('certificates');
    expect(keyKind(base64(0x30, 0x82, 0x03, 0x01, 0x02, 0x01, 0x03))).toBe('pkcs12');
    expect(keyKind(base64(0x30, 0x80, 0x02, 0x01, 0x03))).toBe('pkcs12');
    for (const text of ['', 'a letter that goes on for a while', pem('CERTIFICATE REQUEST'), base64(0x7f, 0x45)]) {
      expect(keyKind(text)).toBe('unknown');
    }
  });

  test('text, though PowerShell wrote it', () => {
    const text = pem('CERTIFICATE');
    const utf16 = Uint8Array.from([0xff, 0xfe, ...Buffer.from(text, 'utf16le')]);
    expect(keyTextOf(utf16)).toBe(text);
    expect(keyTextOf(Buffer.from(`\uFEFF${text}`))).toBe(text);
  });
});

test('certificates are counted', () => {
  expect(certificateCount(`Bag Attributes\n${pem('CERTIFICATE')}subject=a\n${pem('CERTIFICATE')}`)).toBe(2);
  expect(certificateCount(base64(0x30, 0x82))).toBe(1);
});

describe('what a field gets', () => {
  const certificate = pem('CERTIFICATE');
  const key = pem('PRIVATE KEY');

  test('stays in it', () => {
    expect(takeKeyText(emptyDraft, 'certificatePem', certificate, 'a.pem')).toEqual({
      certificatePem: certificate,
      certificateName: 'a.pem',
    });
    expect(takeKeyText(emptyDraft, 'privateKeyPem', 'a letter', '')).toEqual({
      privateKeyPem: 'a letter',
      privateKeyName: '',
    });
  });

  test('goes into both when it has both', () => {
    const old = pem('RSA PRIVATE KEY', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMIIB');
    expect(takeKeyText(emptyDraft, 'certificatePem', `x\n${old}y\n${certificate}${certificate}`, 'a.pem')).toEqual({
      certificatePem: `${certificate}${certificate}`,
      certificateName: 'a.pem',
      privateKeyPem: old,
      privateKeyName: 'a.pem',
    });
  });

  test('goes to the other one that it is meant for, unless something is there', () => {
    expect(takeKeyText(emptyDraft, 'certificatePem', key, 'a.key')).toEqual({
      privateKeyPem: key,
      privateKeyName: 'a.key',
    });
    expect(takeKeyText({ ...emptyDraft, privateKeyPem: key }, 'certificatePem', key, 'a.key')).toEqual({
      certificatePem: key,
      certificateName: 'a.key',
    });
  });

  test('of PKCS#12 is the certificate, and the key with it', () => {
    const file = base64(0x30, 0x82, 0x03, 0x01, 0x02, 0x01, 0x03);
    expect(takeKeyText({ ...emptyDraft, privateKeyPem: key }, 'privateKeyPem', file, 'a.p12')).toEqual({
      certificatePem: file,
      certificateName: 'a.p12',
      privateKeyPem: '',
      privateKeyName: '',
    });
  });
});
