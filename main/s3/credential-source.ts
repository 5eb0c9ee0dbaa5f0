import type { Result } from '../../shared/result.ts';
import type { SigningCredentials } from './data-plane/transport.ts';

export type CredentialRequest = {
  /** The server called these expired: they are not given out again. Whoever comes later with the same gets what came since. */
  readonly rejected?: SigningCredentials | undefined;
  /** New credentials with this code of an MFA device, whatever is cached. */
  readonly mfaCode?: string | undefined;
};

/** Gives credentials that are good for another minute at least; owns their cache and renews them when they are about to end. */
export type CredentialSource = (request?: CredentialRequest) => Promise<Result<SigningCredentials>>;
