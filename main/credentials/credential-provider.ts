import type { Clock } from '../../shared/domain/clock.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';

/** Where credentials come from: one way of signing in, asked each time for new ones. */
export interface CredentialLoader {
  /** The same for whatever gives the same credentials, another for whatever does not; no secret in it. */
  readonly cacheKey: string;
  load(): Promise<Result<SigningCredentials>>;
}

/** Gives credentials that are good for at least another minute; owns their cache. */
export interface CredentialProvider {
  /** `renew`: new ones, whatever is cached (the server said they are no good). Failures are not cached. */
  get(options?: { readonly renew?: boolean }): Promise<Result<SigningCredentials>>;
}

/** From here on new credentials are fetched in the background while the old ones are still given out. */
const refreshBeforeExpiryMs = 5 * 60_000;
/** With less than this left credentials count as expired: a request may take that long to be sent and checked. */
const expiredBeforeExpiryMs = 60_000;

/**
 * One load at a time however many ask: whoever comes meanwhile gets its result. Credentials without an expiry are
 * kept until `renew`. A background refresh that fails leaves the old ones in place until they count as expired.
 */
export function cacheCredentials(loader: CredentialLoader, clock: Pick<Clock, 'nowMs'>): CredentialProvider {
  let cached: SigningCredentials | undefined;
  let loading: Promise<Result<SigningCredentials>> | undefined;

  function load(): Promise<Result<SigningCredentials>> {
    loading ??= loader
      .load()
      .then((result) => {
        if (result.ok) cached = result.value;
        return result;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  }

  return {
    async get({ renew = false } = {}) {
      if (renew || cached === undefined) return load();
      const { expiresMs } = cached;
      if (expiresMs === undefined) return ok(cached);
      const leftMs = expiresMs - clock.nowMs();
      if (leftMs < expiredBeforeExpiryMs) return load();
      // A bug in the loader must not become an unhandled rejection here: the load that is awaited reports it.
      if (leftMs < refreshBeforeExpiryMs) load().catch(() => undefined);
      return ok(cached);
    },
  };
}
