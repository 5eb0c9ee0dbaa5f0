import type { KeyObject } from 'node:crypto';

export type KeyKind = {
  /** `RSA 2048`, `EC P-256`, `ED25519` … */
  readonly text: string;
  /** Roles Anywhere signs with RSA and with EC on P-256 and P-384. */
  readonly isSupported: boolean;
};

const minRsaBits = 2048;
/** OpenSSL's names of NIST's curves. */
const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/** Pure. The kind and size of a public or private key. */
export function kindOfKey(key: KeyObject): KeyKind {
  const details = key.asymmetricKeyDetails;
  const type = key.asymmetricKeyType ?? 'unknown';
  if (type === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    return { text: `RSA ${bits}`, isSupported: bits >= minRsaBits };
  }
  if (type === 'ec') {
    const curve = curves[details?.namedCurve ?? ''] ?? details?.namedCurve ?? '';
    return { text: `EC ${curve}`.trim(), isSupported: curve === 'P-256' || curve === 'P-384' };
  }
  return { text: type.toUpperCase(), isSupported: false };
}
