import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { parseDer } from './der-kind.ts';

export type Pkcs12Contents = { readonly certificates: X509Certificate[]; readonly keys: KeyObject[] };

const { asn1, pki } = forge;

/**
 * Certificates and keys of a PKCS#12 file (`.p12`, `.pfx`), in the order they are in it. One without a password opens
 * whatever passphrase is given. PassphraseMissing, PassphraseWrong, KeyEncryptionUnsupported, or `unreadable`.
 */
export function openPkcs12(der: Uint8Array, passphrase: string | null, unreadable: AppError): Result<Pkcs12Contents> {
  const structure = parseDer(der);
  if (structure === null) return err(unreadable);
  const typed = passphrase ?? '';
  let failure: AppError | null = null;
  for (const attempt of attemptsFor(typed)) {
    try {
      const pfx = forge.pkcs12.pkcs12FromAsn1(attempt.withoutMac ? stripMac(structure) : structure, attempt.password);
      return ok(readBags(pfx.safeContents.flatMap(({ safeBags }) => safeBags)));
    } catch (error) {
      // The first attempt is the one with what was typed. Of the error only its kind is kept.
      failure ??= failureOf(error instanceof Error ? error.message : '', typed, unreadable);
    }
  }
  return err(failure ?? unreadable);
}

type Attempt = { readonly password: string | undefined; readonly withoutMac?: boolean };

/**
 * No password is written in two ways: as an empty one, and as none. Beyond ASCII the check of the file takes the
 * passphrase as UTF-16, the newer encryption (PBES2) as UTF-8; forge has one password for both, so that there the file's
 * own check is left out. That the key is that of the certificate is compared later anyway.
 */
function attemptsFor(typed: string): Attempt[] {
  const none: Attempt[] = [{ password: '' }, { password: undefined }];
  if (typed === '') return none;
  const isAscii = /^[\x20-\x7e]*$/.test(typed);
  const inUtf8: Attempt[] = isAscii ? [] : [{ password: forge.util.encodeUtf8(typed), withoutMac: true }];
  return [{ password: typed }, ...inUtf8, ...none];
}

function stripMac(structure: forge.asn1.Asn1): forge.asn1.Asn1 {
  return Array.isArray(structure.value) ? { ...structure, value: structure.value.slice(0, 2) } : structure;
}

/** The library says what failed only in its message. */
function failureOf(message: string, typed: string, unreadable: AppError): AppError {
  if (/unsupported.*(OID|MAC algorithm|digest|PRF)/i.test(message)) return appError('KeyEncryptionUnsupported');
  if (/password|decrypt/i.test(message)) return appError(typed === '' ? 'PassphraseMissing' : 'PassphraseWrong');
  return unreadable;
}

function readBags(bags: readonly forge.pkcs12.Bag[]): Pkcs12Contents {
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = pki.oids;
  const certificates: X509Certificate[] = [];
  const keys: KeyObject[] = [];
  for (const bag of bags) {
    if (bag.type === certBag) certificates.push(new X509Certificate(bytesOf(certificateOf(bag))));
    if (bag.type !== keyBag && bag.type !== pkcs8ShroudedKeyBag) continue;
    // Of kinds that the library does not know (EC) it gives the PKCS#8 structure as it is.
    const key = bag.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)) : bag.asn1;
    keys.push(createPrivateKey({ key: bytesOf(key), format: 'der', type: 'pkcs8' }));
  }
  return { certificates, keys };
}

/**
 * A certificate to the byte as it was issued. The library's own writer makes the algorithm of the signature anew, which
 * need not come out the same (RSA-PSS); RFC 5280 has the same algorithm once more in the signed part.
 */
function certificateOf(bag: forge.pkcs12.Bag): forge.asn1.Asn1 {
  if (!bag.cert) return bag.asn1;
  const signed: forge.asn1.Asn1 = bag.cert.tbsCertificate;
  const fields = Array.isArray(signed.value) ? signed.value : [];
  const algorithm = fields.find(
    ({ tagClass, type }) => tagClass === asn1.Class.UNIVERSAL && type === asn1.Type.SEQUENCE,
  );
  if (algorithm === undefined) throw new Error('The certificate names no algorithm.');
  const signature = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BITSTRING, false, `\0${bag.cert.signature}`);
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [signed, algorithm, signature]);
}

function bytesOf(structure: forge.asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(structure).getBytes(), 'latin1');
}
