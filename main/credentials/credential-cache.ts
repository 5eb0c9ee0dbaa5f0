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
/** After a refresh in the background that brought nothing better: the old ones are good, and each request would try again. */
const pauseAfterFruitlessMs = 10_000;

type Entry = {
  cached: SigningCredentials | null;
  loading: { readonly result: Promise<Result<SigningCredentials>>; readonly mfaCode: string | undefined } | null;
  /** Forgotten while a load was under way: what it gives is for those who wait for it. */
  isForgotten: boolean;
  /** Whether the sealed store was asked. */
  restored: Promise<void> | null;
  isStored: boolean;
  /** When a refresh in the background last brought nothing better. */
  fruitlessMs: number;
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
      entry = {
        cached: null,
        loading: null,
        isForgotten: false,
        restored: null,
        isStored: false,
        fruitlessMs: Number.NEGATIVE_INFINITY,
      };
      entries.set(key, entry);
    }
    return entry;
  }

  const leftMs = ({ expiresMs }: SigningCredentials) =>
    expiresMs === undefined ? Number.POSITIVE_INFINITY : expiresMs - clock.nowMs();
  const isUsable = (credentials: SigningCredentials) => leftMs(credentials) >= expiredBeforeExpiryMs;

  async function restore(key: string, entry: Entry): Promise<void> {
    // A convenience: without it somebody signs in once more.
    const kept = await Promise.resolve(store?.read(key) ?? null).catch(() => null);
    if (kept === null || entry.cached !== null || !isUsable(kept)) return;
    entry.cached = kept;
    entry.isStored = true;
  }

  async function keep(key: string, entry: Entry, credentials: SigningCredentials): Promise<void> {
    if (store === null || credentials.expiresMs === undefined) return;
    entry.isStored = true;
    await store.write(key, credentials);
    if (entry.cached !== credentials) store.remove(key);
  }

  async function loadNew(
    key: string,
    entry: Entry,
    loader: CredentialLoader,
    mfaCode: string | undefined,
  ): Promise<Result<SigningCredentials>> {
    const result = await loader.load(mfaCode === undefined ? {} : { mfaCode });
    if (!result.ok) {
      entry.fruitlessMs = clock.nowMs();
      return result;
    }
    const fresh = result.value;
    onSecret?.(fresh.secretAccessKey);
    if (fresh.sessionToken !== undefined) onSecret?.(fresh.sessionToken);
    if (!isUsable(fresh) || entry.isForgotten) return result;
    const before = entry.cached;
    // A program with a cache of its own says the same until it thinks otherwise.
    if (before !== null && leftMs(fresh) <= leftMs(before)) entry.fruitlessMs = clock.nowMs();
    const isSame = before !== null && isSameKey(before, fresh) && before.expiresMs === fresh.expiresMs;
    if (isSame) return result;
    entry.cached = fresh;
    entry.isStored = false;
    if (loader.keeps) await keep(key, entry, fresh);
    return result;
  }

  function load(
    key: string,
    entry: Entry,
    loader: CredentialLoader,
    mfaCode?: string,
  ): Promise<Result<SigningCredentials>> {
    if (entry.loading !== null) return entry.loading.result;
    const result = loadNew(key, entry, loader, mfaCode).finally(() => {
      entry.loading = null;
      entry.isForgotten = false;
    });
    entry.loading = { result, mfaCode };
    return result;
  }

  /** Also whoever waited so long that what came is too old by now. */
  function usable(result: Result<SigningCredentials>): Result<SigningCredentials> {
    if (!result.ok || isUsable(result.value)) return result;
    return err(appError('ExpiredToken', {}, 'The new credentials have less than a minute left.'));
  }

  async function loadWithCode(key: string, entry: Entry, loader: CredentialLoader, mfaCode: string) {
    // There is one load at a time, and one without the code must not answer for it. A code works once.
    while (entry.loading !== null) {
      const { loading } = entry;
      const result = await loading.result.catch(() => null);
      if (loading.mfaCode === mfaCode && result !== null) return result;
    }
    return load(key, entry, loader, mfaCode);
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
    if (mfaCode !== undefined) return usable(await loadWithCode(key.value, entry, loader, mfaCode));
    const { cached } = entry;
    if (cached === null || !isUsable(cached)) return usable(await load(key.value, entry, loader));
    if (leftMs(cached) < refreshBeforeExpiryMs && clock.nowMs() - entry.fruitlessMs >= pauseAfterFruitlessMs) {
      // A bug in the loader must not become an unhandled rejection here: the load that is awaited reports it.
      load(key.value, entry, loader).catch(() => undefined);
    }
    // Loaded for somebody whose credentials are not kept, such as the test of a connection before it was saved.
    if (loader.keeps && !entry.isStored) void keep(key.value, entry, cached).catch(() => undefined);
    return ok(cached);
  };

  return {
    get,
    source: (loader) => (request) => get(loader, request),
    forget(key) {
      const entry = entries.get(key);
      if (entry !== undefined) {
        entry.cached = null;
        entry.isStored = false;
        entry.isForgotten = entry.loading !== null;
      }
      store?.remove(key);
    },
  };
}
