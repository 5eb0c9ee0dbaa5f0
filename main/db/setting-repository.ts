import { randomUUID } from 'node:crypto';
import { err, ok, type Result } from '../../shared/result.ts';
import { mapDatabaseError } from './database-error.ts';
import type { Db } from './open.ts';

/** Small values the engine remembers between starts. Never a secret. */
export interface SettingRepository {
  get(key: string): string | null;
  set(key: string, value: string): Result<void>;
  /** Idempotent. */
  remove(key: string): Result<void>;
}

export function createSettingRepository(db: Db): SettingRepository {
  const select = db.prepare<[string], string>('SELECT value FROM setting WHERE key = ?').pluck();
  const upsert = db.prepare<[string, string]>(
    'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const erase = db.prepare<[string]>('DELETE FROM setting WHERE key = ?');

  function attempt(work: () => unknown): Result<void> {
    try {
      work();
      return ok();
    } catch (error) {
      return err(mapDatabaseError(error, db.name));
    }
  }

  return {
    get: (key) => select.get(key) ?? null,
    set: (key, value) => attempt(() => upsert.run(key, value)),
    remove: (key) => attempt(() => erase.run(key)),
  };
}

/** A random id made once for this data folder; the same at every start. */
export function installationId(settings: SettingRepository): Result<string> {
  const known = settings.get('installationId');
  if (known !== null) return ok(known);
  const made = randomUUID();
  const saved = settings.set('installationId', made);
  return saved.ok ? ok(made) : saved;
}
