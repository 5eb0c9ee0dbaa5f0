import type { Result } from '../../shared/result.ts';
import type { SigningCredentials } from './data-plane/transport.ts';

export type CredentialRequest = {
  /** The server called these expired: they are not given out again. Whoever comes later with the same gets what came since. */
  readonly rejected?: SigningCredentials | undefined;
  /** New credentials with this code of an MFA device, whatever is cached. */
  readonly mfaCode?: string | undefined;
};

/**
 * How often one request asks for others when the server calls those it was signed with expired. More than once: what came new
 * may end on the way, above all when many requests share it.
 */
export const maxRenewals = 3;

/** Pure. */
export function isSameKey(a: SigningCredentials, b: SigningCredentials): boolean {
  return (
    a.accessKeyId === b.accessKeyId && a.secretAccessKey === b.secretAccessKey && a.sessionToken === b.sessionToken
  );
}

/** Gives credentials that are good for another minute at least; owns their cache and renews them when they are about to end. */
export type CredentialSource = (request?: CredentialRequest) => Promise<Result<SigningCredentials>>;
