import { type KeyObject, X509Certificate } from 'node:crypto';
import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { fitsKey, orderChain, writeChain } from './certificate-chain.ts';
import { kindOfDer, looksLikeDer } from './der-kind.ts';
import { kindOfKey } from './key-kind.ts';
import { openPkcs12 } from './open-pkcs12.ts';
import { openPrivateKey } from './open-private-key.ts';
import { decodeBase64, decodeText, type PemBlock, readPemBlocks, writePem } from './pem-blocks.ts';

export type KeyMaterialInput = {
  /** PEM text, base64 of a DER or PKCS#12 file, or the bytes of any such file; a blank text is as good as null. */
  readonly certificate: string | Uint8Array | null;
  /** The same. Null when the certificate's file has the key too. */
  readonly privateKey: string | Uint8Array | null;
  /** Opens the key, or the PKCS#12 file. Not needed is not wrong. */
  readonly passphrase: string | null;
  /** Where it was read from, for the words of an error. */
  readonly certificatePath?: string | undefined;
  readonly privateKeyPath?: string | undefined;
};

export type KeyMaterial = {
  /** The certificate of the key, then its issuers, each behind what it issued. */
  readonly certificatePem: string;
  /** PKCS#8, not encrypted: a secret. */
  readonly privateKeyPem: string;
};

/**
 * Reads a certificate and its private key from whatever they come in; the same bytes always give the same result, and
 * its own result read again gives itself. All parsing of keys is here and in the files this one imports (Electron's main
 * process has another TLS library than Node). RSA and EC P-256 and P-384.
 * Errors: CertificateMissing, CertificateUnreadable, CertificateUnsupported, PrivateKeyMissing, PrivateKeyUnreadable,
 * PrivateKeyMismatch, PassphraseMissing, PassphraseWrong, KeyEncryptionUnsupported; none has any text of what was read.
 */
export function readKeyMaterial(input: KeyMaterialInput): Result<KeyMaterial> {
  const { passphrase } = input;
  const unreadable = {
    certificate: appError('CertificateUnreadable', { path: input.certificatePath }),
    privateKey: appError('PrivateKeyUnreadable', { path: input.privateKeyPath }),
  };
  const certificateSide = readSide(input.certificate, passphrase, unreadable.certificate);
  if (!certificateSide.ok) return certificateSide;
  const keySide = readSide(input.privateKey, passphrase, unreadable.privateKey);
  if (!keySide.ok) return keySide;

  const [given, others] =
    certificateSide.value.certificates.length > 0
      ? [certificateSide.value.certificates, keySide.value.certificates]
      : [keySide.value.certificates, []];
  if (given.length === 0) {
    return err(certificateSide.value.isBlank ? appError('CertificateMissing') : unreadable.certificate);
  }
  const keys = openKeys([keySide.value, certificateSide.value], passphrase);
  if (!keys.ok) return keys;
  return pair(given, others, keys.value);
}

type Side = {
  readonly isBlank: boolean;
  /** When it cannot be read. */
  readonly unreadable: AppError;
  readonly certificates: X509Certificate[];
  /** Not opened yet. */
  readonly keyBlocks: PemBlock[];
  /** From PKCS#12 files. */
  readonly keys: KeyObject[];
};

const certificateLabels: ReadonlySet<string> = new Set([
  'CERTIFICATE',
  'X509 CERTIFICATE',
  'X.509 CERTIFICATE',
  'TRUSTED CERTIFICATE',
]);

function readSide(material: string | Uint8Array | null, passphrase: string | null, unreadable: AppError): Result<Side> {
  const isBlank = material === null || (typeof material === 'string' && material.trim() === '');
  const side: Side = { isBlank, unreadable, certificates: [], keyBlocks: [], keys: [] };
  for (const block of blocksOf(material ?? '')) {
    if (certificateLabels.has(block.label)) {
      const certificate = readCertificate(block);
      if (certificate === null) return err(appError('CertificateUnreadable', unreadable.context));
      side.certificates.push(certificate);
    } else if (block.label === 'PKCS12') {
      const contents = openPkcs12(block.der, passphrase, unreadable);
      if (!contents.ok) return contents;
      side.certificates.push(...contents.value.certificates);
      side.keys.push(...contents.value.keys);
    } else if (block.label.endsWith('PRIVATE KEY')) {
      side.keyBlocks.push(block);
    }
  }
  return ok(side);
}

const labelByKind = {
  certificate: 'CERTIFICATE',
  pkcs12: 'PKCS12',
  pkcs8: 'PRIVATE KEY',
  encryptedPkcs8: 'ENCRYPTED PRIVATE KEY',
  pkcs1: 'RSA PRIVATE KEY',
  sec1: 'EC PRIVATE KEY',
} as const;

/** Whatever it is, as blocks of PEM. */
function blocksOf(material: string | Uint8Array): PemBlock[] {
  if (typeof material !== 'string' && looksLikeDer(material)) return blockOfDer(Buffer.from(material));
  const text = typeof material === 'string' ? material : decodeText(material);
  const blocks = readPemBlocks(text);
  if (blocks.length > 0) return blocks;
  const bytes = decodeBase64(text.replace(/^\uFEFF/, ''));
  return bytes === null ? [] : blockOfDer(bytes);
}

function blockOfDer(der: Buffer): PemBlock[] {
  const kind = kindOfDer(der);
  return kind === null ? [] : [{ label: labelByKind[kind], der, dekInfo: null }];
}

function readCertificate(block: PemBlock): X509Certificate | null {
  try {
    // Of OpenSSL's "trusted" form the part behind the certificate is left out by reading it as what it is.
    return new X509Certificate(block.label === 'TRUSTED CERTIFICATE' ? writePem(block) : block.der);
  } catch {
    return null;
  }
}

/** Those of the first side that has any. PrivateKeyMissing when nothing was given where one could be. */
function openKeys(sides: readonly Side[], passphrase: string | null): Result<KeyObject[]> {
  const side = sides.find(({ keys, keyBlocks }) => keys.length + keyBlocks.length > 0);
  if (side === undefined) {
    const [keySide] = sides;
    return keySide === undefined || keySide.isBlank ? err(appError('PrivateKeyMissing')) : err(keySide.unreadable);
  }
  const keys = [...side.keys];
  let failure: AppError | null = null;
  for (const block of side.keyBlocks) {
    const key = openPrivateKey(block, passphrase, side.unreadable.context);
    if (key.ok) keys.push(key.value);
    else failure ??= key.error;
  }
  return keys.length === 0 && failure !== null ? err(failure) : ok(keys);
}

function pair(
  given: readonly X509Certificate[],
  others: readonly X509Certificate[],
  keys: readonly KeyObject[],
): Result<KeyMaterial> {
  for (const key of keys) {
    const leaf = given.find((certificate) => fitsKey(certificate, key));
    if (leaf === undefined) continue;
    const kind = kindOfKey(leaf.publicKey);
    if (!kind.isSupported) return err(appError('CertificateUnsupported', { keyType: kind.text }));
    const certificatePem = writeChain(orderChain(leaf, given, others));
    return ok({ certificatePem, privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString() });
  }
  // A kind of key that cannot sign in is the cause to name, whether or not the two belong together.
  const first = given[0] === undefined ? null : kindOfCertificate(given[0]);
  if (first !== null && !first.isSupported) return err(appError('CertificateUnsupported', { keyType: first.text }));
  return err(appError('PrivateKeyMismatch'));
}

function kindOfCertificate(certificate: X509Certificate) {
  try {
    return kindOfKey(certificate.publicKey);
  } catch {
    return { text: 'unknown', isSupported: false };
  }
}
