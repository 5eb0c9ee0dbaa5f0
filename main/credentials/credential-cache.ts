import type { Clock } from '../../shared/domain/clock.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type CredentialRequest, type CredentialSource, isSameKey } from '../s3/credential-source.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import type { CredentialStore } from './credential-store.ts';

/** One way of signing in: where credentials come from, asked each time for new ones. */
export interface CredentialLoader {
  /**
   * The same for whatever gives the same credentials, another for whatever does not; no secret in it. `anew`: what it is
   * made from (files, the vault) is looked at again.
   */
  cacheKey(anew: boolean): Promise<Result<string>>;
  load(options: { readonly mfaCode?: string | undefined }): Promise<Result<SigningCredentials>>;
  /** Temporary credentials of this may be kept, sealed, for the next start. */
  readonly keeps: boolean;
}

/** Of all connections, shared by the window, transfers and rules. */
export interface CredentialCache {
  /**
   * One load of a key at a time however many ask: whoever comes meanwhile gets its result. Credentials without an expiry
   * are kept until they are rejected. A failed load is not cached. ExpiredToken when even new ones have less than a minute left.
   */
  get(loader: CredentialLoader, request?: CredentialRequest): Promise<Result<SigningCredentials>>;
  source(loader: CredentialLoader): CredentialSource;
  /** Forgets what is cached for a key, sealed or not. Idempotent. */
  forget(cacheKey: string): void;
}

/** From here on new credentials are fetched in the background while the old ones are still given out. */
export const refreshBeforeExpiryMs = 5 * 60_000;
/** With less than this left credentials count as expired: a request may take that long to be sent and checked. */
export const expiredBeforeExpiryMs = 60_000;
/** After a failed refresh in the background: the old ones are good, and each request would try again. */
const pauseAfterFailureMs = 10_000;

type Entry = {
  cached: SigningCredentials | null;
  loading: Promise<Result<SigningCredentials>> | null;
  /** Whether the sealed store was asked. */
  restored: Promise<void> | null;
  isStored: boolean;
  failedMs: number;
};

export type CredentialCacheDeps = {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Null: nothing outlives the process. */
  readonly store: CredentialStore | null;
  /** Told what is secret in credentials that were loaded: the log's redactor takes it. */
  readonly onSecret?: ((text: string) => void) | undefined;
};

export function createCredentialCache({ clock, store, onSecret }: CredentialCacheDeps): CredentialCache {
  const entries = new Map<string, Entry>();

  function entryOf(key: string): Entry {
    let entry = entries.get(key);
    if (entry === undefined) {
      entry = { cached: null, loading: null, restored: null, isStored: false, failedMs: Number.NEGATIVE_INFINITY };
      entries.set(key, entry);
    }
    return entry;
  }

  const leftMs = ({ expiresMs }: SigningCredentials) =>
    expiresMs === undefined ? Number.POSITIVE_INFINITY : expiresMs - clock.nowMs();
  const isUsable = (credentials: SigningCredentials) => leftMs(credentials) >= expiredBeforeExpiryMs;

  async function restore(key: string, entry: Entry): Promise<void> {
    const kept = await store?.read(key);
    if (!kept || entry.cached !== null || !isUsable(kept)) return;
    entry.cached = kept;
    entry.isStored = true;
  }

  async function keep(key: string, entry: Entry, credentials: SigningCredentials): Promise<void> {
    if (store === null || credentials.expiresMs === undefined) return;
    entry.isStored = true;
    await store.write(key, credentials);
  }

  function load(
    key: string,
    entry: Entry,
    loader: CredentialLoader,
    mfaCode?: string,
  ): Promise<Result<SigningCredentials>> {
    entry.loading ??= loader
      .load(mfaCode === undefined ? {} : { mfaCode })
      .then(async (result) => {
        if (!result.ok) {
          entry.failedMs = clock.nowMs();
          return result;
        }
        const fresh = result.value;
        onSecret?.(fresh.secretAccessKey);
        if (fresh.sessionToken !== undefined) onSecret?.(fresh.sessionToken);
        if (!isUsable(fresh))
          return err(appError('ExpiredToken', {}, 'The new credentials have less than a minute left.'));
        entry.cached = fresh;
        entry.isStored = false;
        if (loader.keeps) await keep(key, entry, fresh);
        return result;
      })
      .finally(() => {
        entry.loading = null;
      });
    return entry.loading;
  }

  const get: CredentialCache['get'] = async (loader, { rejected, mfaCode } = {}) => {
    const key = await loader.cacheKey(rejected !== undefined);
    if (!key.ok) return key;
    const entry = entryOf(key.value);
    if (loader.keeps) await (entry.restored ??= restore(key.value, entry));
    if (rejected !== undefined && entry.cached !== null && isSameKey(entry.cached, rejected)) {
      entry.cached = null;
      store?.remove(key.value);
    }
    if (mfaCode !== undefined) {
      // A load without the code may be under way: there is one at a time, and this one must not get its refusal.
      while (entry.loading !== null) await entry.loading.catch(() => undefined);
      return load(key.value, entry, loader, mfaCode);
    }
    const { cached } = entry;
    if (cached === null || !isUsable(cached)) return usable(await load(key.value, entry, loader));
    if (leftMs(cached) < refreshBeforeExpiryMs && clock.nowMs() - entry.failedMs >= pauseAfterFailureMs) {
      // A bug in the loader must not become an unhandled rejection here: the load that is awaited reports it.
      load(key.value, entry, loader).catch(() => undefined);
    }
    if (loader.keeps && !entry.isStored) await keep(key.value, entry, cached);
    return ok(cached);
  };

  /** Whoever waited long for a load may come too late for what it gave. */
  function usable(result: Result<SigningCredentials>): Result<SigningCredentials> {
    if (!result.ok || isUsable(result.value)) return result;
    return err(appError('ExpiredToken', {}, 'The new credentials have less than a minute left.'));
  }

  return {
    get,
    source: (loader) => (request) => get(loader, request),
    forget(key) {
      entries.delete(key);
      store?.remove(key);
    },
  };
}
