import { err, ok, type Result } from '../../shared/result.ts';
import { mapDatabaseError } from './database-error.ts';
import type { Db } from './open.ts';

/** Sealed secrets by id; only the vault knows what is in them. */
export interface SecretRepository {
  get(id: string): Uint8Array | null;
  put(id: string, sealed: Uint8Array): Result<void>;
  /** Idempotent. */
  remove(id: string): Result<void>;
  count(): number;
}

export function createSecretRepository(db: Db): SecretRepository {
  const select = db.prepare<[string], Uint8Array>('SELECT sealed FROM secret WHERE id = ?').pluck();
  const upsert = db.prepare<[string, Uint8Array]>(
    'INSERT INTO secret (id, sealed) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed',
  );
  const erase = db.prepare<[string]>('DELETE FROM secret WHERE id = ?');
  const count = db.prepare<[], number>('SELECT count(*) FROM secret').pluck();

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
    put: (id, sealed) => attempt(() => upsert.run(id, sealed)),
    remove: (id) => attempt(() => erase.run(id)),
    count: () => count.get() ?? 0,
  };
}
