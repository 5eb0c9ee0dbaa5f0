import { err, ok, type Result } from '../../shared/result.ts';
import { mapDatabaseError } from './database-error.ts';
import type { Db } from './open.ts';

/** Sealed temporary credentials; only the vault knows what is in them. */
export interface CachedCredentialRepository {
  get(id: string): Uint8Array | null;
  /** Also clears away what has expired by `nowMs`. */
  put(
    row: { readonly id: string; readonly sealed: Uint8Array; readonly expiresMs: number },
    nowMs: number,
  ): Result<void>;
  /** Idempotent. */
  remove(id: string): Result<void>;
}

export function createCachedCredentialRepository(db: Db): CachedCredentialRepository {
  const select = db.prepare<[string], Uint8Array>('SELECT sealed FROM cached_credential WHERE id = ?').pluck();
  const upsert = db.prepare<[string, Uint8Array, number]>(
    `INSERT INTO cached_credential (id, sealed, expires_ms) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, expires_ms = excluded.expires_ms`,
  );
  const clearExpired = db.prepare<[number]>('DELETE FROM cached_credential WHERE expires_ms < ?');
  const erase = db.prepare<[string]>('DELETE FROM cached_credential WHERE id = ?');

  function attempt(work: () => unknown): Result<void> {
    try {
      work();
      return ok();
    } catch (error) {
      return err(mapDatabaseError(error, db.name));
    }
  }

  return {
    get: (id) => select.get(id) ?? null,
    put: ({ id, sealed, expiresMs }, nowMs) =>
      attempt(() => {
        clearExpired.run(nowMs);
        upsert.run(id, sealed, expiresMs);
      }),
    remove: (id) => attempt(() => erase.run(id)),
  };
}
