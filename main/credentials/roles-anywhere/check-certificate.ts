import { createPrivateKey, type X509Certificate } from 'node:crypto';
import type { CertificateView } from '../../../shared/domain/auth.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { fitsKey, isIssuedBy, isSelfIssued, serialOf, splitChain } from './certificate-chain.ts';
import { kindOfKey } from './key-kind.ts';

/** Pure. What of the certificates that readKeyMaterial gave may be shown; throws on any other text. */
export function describeCertificate(certificatePem: string): CertificateView {
  const [leaf, ...chain] = splitChain(certificatePem);
  if (leaf === undefined) throw new Error('There is no certificate in the text.');
  return {
    subject: nameOnOneLine(leaf.subject),
    issuer: nameOnOneLine(leaf.issuer),
    serial: serialOf(leaf).toString(),
    notBeforeMs: leaf.validFromDate.getTime(),
    notAfterMs: leaf.validToDate.getTime(),
    keyType: kindOfKey(leaf.publicKey).text,
    chainCount: chain.length,
  };
}

/**
 * Everything about a certificate that can be seen before the service is asked, in this order: that the key is its own
 * (PrivateKeyMismatch), kind and size of the key and the serial number (CertificateUnsupported), the dates of it and of
 * its intermediates (CertificateExpired, CertificateNotYetValid with `subject` and `date`), and that each is issued and
 * signed by the next (CertificateChainBroken with `subject`). Both texts as readKeyMaterial gave them; else
 * CertificateUnreadable or PrivateKeyUnreadable.
 */
export function checkCertificate(
  certificatePem: string,
  privateKeyPem: string,
  nowMs: number,
): Result<CertificateView> {
  const chain = readOrNull(() => splitChain(certificatePem));
  const leaf = chain?.[0];
  if (chain === null || leaf === undefined) return err(appError('CertificateUnreadable'));
  const key = readOrNull(() => createPrivateKey(privateKeyPem));
  if (key === null) return err(appError('PrivateKeyUnreadable'));
  const kind = readOrNull(() => kindOfKey(leaf.publicKey));
  if (kind === null) return err(appError('CertificateUnsupported', { reason: 'publicKey' }));
  if (!fitsKey(leaf, key)) return err(appError('PrivateKeyMismatch', { subject: nameOnOneLine(leaf.subject) }));
  if (!kind.isSupported) return err(appError('CertificateUnsupported', { keyType: kind.text }));
  if (serialOf(leaf) < 0n) return err(appError('CertificateUnsupported', { reason: 'negativeSerial' }));
  for (const certificate of chain) {
    // The root's dates are for the trust anchor to judge, not for the bundle it came in.
    if (certificate !== leaf && isSelfIssued(certificate)) continue;
    const dates = checkDates(certificate, nowMs);
    if (!dates.ok) return dates;
  }
  for (const [index, certificate] of chain.entries()) {
    const next = chain[index + 1];
    if (next !== undefined && !isIssuedBy(certificate, next)) {
      return err(appError('CertificateChainBroken', { subject: nameOnOneLine(certificate.subject) }));
    }
  }
  return ok(describeCertificate(certificatePem));
}

function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function checkDates(certificate: X509Certificate, nowMs: number): Result<void> {
  const subject = nameOnOneLine(certificate.subject);
  if (nowMs > certificate.validToDate.getTime()) {
    return err(appError('CertificateExpired', { subject, date: dayOf(certificate.validToDate) }));
  }
  if (nowMs < certificate.validFromDate.getTime()) {
    return err(appError('CertificateNotYetValid', { subject, date: dayOf(certificate.validFromDate) }));
  }
  return ok();
}

/** UTC: `2026-11-26`. */
function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/**
 * Node writes a name with a line for each part, the widest first, each escaped already; RFC 4514 has them in one line the
 * other way round, and `+` without blanks between the values of one part.
 */
function nameOnOneLine(name: string | undefined): string {
  const parts = (name ?? '').split('\n').filter((part) => part !== '');
  return parts
    .map((part) => part.replaceAll(' + ', '+'))
    .toReversed()
    .join(',');
}
