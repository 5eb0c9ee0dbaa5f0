import type { CertificateView } from '../../../shared/domain/auth.ts';

/** Time enough to have another one issued. */
const warnDays = 30;
const dayMs = 86_400_000;

export type CertificateValidity = {
  readonly state: 'valid' | 'expiring' | 'expired' | 'notYet';
  /** Whole days until it ends; 0 on the last one, and after it. */
  readonly daysLeft: number;
};

/** Pure. Whether a certificate can be used now, and for how long still. */
export function certificateValidity(certificate: CertificateView, nowMs: number): CertificateValidity {
  const { notBeforeMs, notAfterMs } = certificate;
  const daysLeft = Math.max(0, Math.floor((notAfterMs - nowMs) / dayMs));
  if (nowMs > notAfterMs) return { state: 'expired', daysLeft };
  if (nowMs < notBeforeMs) return { state: 'notYet', daysLeft };
  return { state: daysLeft < warnDays ? 'expiring' : 'valid', daysLeft };
}
