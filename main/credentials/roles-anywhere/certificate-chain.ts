import { type KeyObject, X509Certificate } from 'node:crypto';
import { readPemBlocks, writePem } from './pem-blocks.ts';

/** The certificates of PEM text that readKeyMaterial wrote. `X509Certificate` itself reads only the first. */
export function splitChain(certificatePem: string): X509Certificate[] {
  return readPemBlocks(certificatePem).map(({ der }) => new X509Certificate(der));
}

export function writeChain(chain: readonly X509Certificate[]): string {
  return chain.map(({ raw }) => writePem({ label: 'CERTIFICATE', der: Buffer.from(raw), dekInfo: null })).join('');
}

/** Pure. The serial number, which OpenSSL writes in hex with its sign in front. */
export function serialOf(certificate: Pick<X509Certificate, 'serialNumber'>): bigint {
  const hex = certificate.serialNumber;
  return hex.startsWith('-') ? -BigInt(`0x${hex.slice(1)}`) : BigInt(`0x${hex}`);
}

/** True when `issuer` issued and signed the certificate. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    // A key of a kind this build of the library does not know.
    return false;
  }
}

export function isSelfIssued(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && isIssuedBy(certificate, certificate);
}

/** True when the private key belongs to the certificate. */
export function fitsKey(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false;
  }
}

/**
 * The leaf, then the issuer of each. What is given and is no part of the chain stays behind it, for checkCertificate to
 * name; `others` are taken only where an issuer is missing. A root at the end stays: AWS's own helper sends the
 * certificates of a bundle as they are, and the service takes a chain with its root.
 */
export function orderChain(
  leaf: X509Certificate,
  given: readonly X509Certificate[],
  others: readonly X509Certificate[],
): X509Certificate[] {
  const chain = [leaf];
  const left = withoutTwins(given, chain);
  const more = withoutTwins(others, [...chain, ...left]);
  for (let last = leaf; !isSelfIssued(last); ) {
    const issued = last;
    const issuer = takeFirst(left, issued) ?? takeFirst(more, issued);
    if (issuer === null) break;
    chain.push(issuer);
    last = issuer;
  }
  return [...chain, ...left];
}

function takeFirst(pool: X509Certificate[], issued: X509Certificate): X509Certificate | null {
  const index = pool.findIndex((candidate) => isIssuedBy(issued, candidate));
  return index < 0 ? null : (pool.splice(index, 1)[0] ?? null);
}

function withoutTwins(certificates: readonly X509Certificate[], taken: readonly X509Certificate[]): X509Certificate[] {
  const seen = new Set(taken.map(({ fingerprint256 }) => fingerprint256));
  return certificates.filter(({ fingerprint256 }) => !seen.has(fingerprint256) && seen.add(fingerprint256));
}
