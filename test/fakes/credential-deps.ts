import { createCredentialCache } from '../../main/credentials/credential-cache.ts';
import type { CredentialDeps } from '../../main/credentials/auth-loaders.ts';
import { systemClock } from '../../main/system-clock.ts';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';

/** What signing in needs, with an empty vault and a cache of its own that nothing outlives, unless told otherwise. */
export function credentialDepsWith(own: Partial<CredentialDeps> = {}): CredentialDeps {
  const { clock = systemClock } = own;
  return {
    vault: { get: async () => err(appError('CredentialsMissing')) },
    clock,
    cache: createCredentialCache({ clock, store: null }),
    ...own,
  };
}

/** Amazon, or wherever the loader itself says. */
export const anyPlace = { region: null, endpointUrl: null, tls: { verify: true } } as const;
