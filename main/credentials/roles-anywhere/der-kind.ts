import forge from 'node-forge';

/** What a DER file may hold. */
export type DerKind = 'certificate' | 'pkcs12' | 'pkcs8' | 'encryptedPkcs8' | 'pkcs1' | 'sec1';

const { Type } = forge.asn1;

/** Pure. True when the bytes start like DER (or BER), which no text does. */
export function looksLikeDer(bytes: Uint8Array): boolean {
  const [first, second = 0, third] = bytes;
  return first === 0x30 && (second >= 0x80 || third === Type.INTEGER);
}

/** Pure. What DER bytes are, by the outer shape of their ASN.1; null for anything else. */
export function kindOfDer(der: Uint8Array): DerKind | null {
  const parts = partsOfSequence(parseDer(der));
  const [first, second, third] = parts;
  if (first === undefined || second === undefined) return null;
  if (first.type === Type.SEQUENCE) {
    if (third?.type === Type.BITSTRING && parts.length === 3) return 'certificate';
    return second.type === Type.OCTETSTRING && parts.length === 2 ? 'encryptedPkcs8' : null;
  }
  if (first.type !== Type.INTEGER) return null;
  if (second.type === Type.INTEGER) return 'pkcs1';
  if (second.type === Type.OCTETSTRING) return 'sec1';
  if (second.type !== Type.SEQUENCE) return null;
  return first.value === '\x03' ? 'pkcs12' : third?.type === Type.OCTETSTRING ? 'pkcs8' : null;
}

/** Encryption with DES or RC2 by a password and an MD2, MD5 or SHA-1 hash (PKCS#5 v1.5), and RC2 and RC4 of PKCS#12. */
const oldSchemes: ReadonlySet<string> = new Set([
  ...['1', '3', '4', '6', '10', '11'].map((last) => `1.2.840.113549.1.5.${last}`),
  ...['1', '2', '5', '6'].map((last) => `1.2.840.113549.1.12.1.${last}`),
]);

/** Pure. True when an encrypted PKCS#8 key is encrypted in a way that `node:crypto` does not open. */
export function hasOldEncryption(encryptedPkcs8: Uint8Array): boolean {
  const [algorithm] = partsOfSequence(parseDer(encryptedPkcs8));
  const [name] = partsOfSequence(algorithm ?? null);
  return name?.type === Type.OID && typeof name.value === 'string' && oldSchemes.has(forge.asn1.derToOid(name.value));
}

/** Null when it is no ASN.1. Bytes behind it (a line end at the end of a file) do not count. */
export function parseDer(der: Uint8Array): forge.asn1.Asn1 | null {
  try {
    // Its types do not know these options yet: bit strings stay as they are, so that what is written again is the same.
    const options = { strict: true, parseAllBytes: false, decodeBitStrings: false } as unknown as boolean;
    return forge.asn1.fromDer(Buffer.from(der).toString('latin1'), options);
  } catch {
    return null;
  }
}

function partsOfSequence(node: forge.asn1.Asn1 | null): readonly forge.asn1.Asn1[] {
  return node?.type === Type.SEQUENCE && Array.isArray(node.value) ? node.value : [];
}
