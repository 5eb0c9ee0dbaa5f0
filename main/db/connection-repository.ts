import { appError, AppErrorException } from '../../shared/errors.ts';
import { authViewSchema } from '../../shared/domain/auth.ts';
import { connectionSettingsSchema } from '../../shared/domain/connection.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type ConnectionRecord, nameKeyOf, secretIdOf } from '../connections/connection-record.ts';
import { mapDatabaseError } from './database-error.ts';
import type { Db } from './open.ts';

/** What happens to the sealed secret of a connection together with its record: nothing, removed, or this one from now on. */
export type SecretChange = 'keep' | 'remove' | { readonly sealed: Uint8Array };

/** The connections, in the order they were made. A record and its sealed secret change together or not at all. */
export interface ConnectionRepository {
  list(): readonly ConnectionRecord[];
  /** ConnectionNameTaken when another one has the name (compared without case). Replaces the record of the same id. */
  save(record: ConnectionRecord, secret: SecretChange): Result<void>;
  /** All of them, without secrets, or none. */
  add(records: readonly ConnectionRecord[]): Result<void>;
  /** Idempotent; the secret goes with it. */
  remove(id: ConnectionId): Result<void>;
}

type Row = {
  readonly id: string;
  readonly kind: string;
  readonly settings: string;
  readonly auth: string;
  readonly created_ms: number;
  readonly updated_ms: number;
};

export function createConnectionRepository(db: Db): ConnectionRepository {
  const selectAll = db.prepare<[], Row>(
    'SELECT id, kind, settings, auth, created_ms, updated_ms FROM connection ORDER BY created_ms, id',
  );
  const selectTaken = db.prepare<[string, string]>('SELECT 1 FROM connection WHERE name_key = ? AND id <> ?');
  const upsert = db.prepare<[string, string, string, string, string, number, number]>(
    `INSERT INTO connection (id, name_key, kind, settings, auth, created_ms, updated_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name_key = excluded.name_key, kind = excluded.kind, settings = excluded.settings,
       auth = excluded.auth, updated_ms = excluded.updated_ms`,
  );
  const deleteConnection = db.prepare<[string]>('DELETE FROM connection WHERE id = ?');
  const upsertSecret = db.prepare<[string, Uint8Array]>(
    'INSERT INTO secret (id, sealed) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed',
  );
  const deleteSecret = db.prepare<[string]>('DELETE FROM secret WHERE id = ?');

  function inTransaction(work: () => Result<void>): Result<void> {
    try {
      return db.transaction(work).immediate();
    } catch (error) {
      return err(error instanceof AppErrorException ? error.error : mapDatabaseError(error, db.name));
    }
  }

  function put(record: ConnectionRecord, secret: SecretChange): Result<void> {
    const { id, kind, settings, auth } = record;
    const nameKey = nameKeyOf(settings.name);
    if (selectTaken.get(nameKey, id)) return err(appError('ConnectionNameTaken', { name: settings.name }));
    const { createdMs, updatedMs } = record;
    upsert.run(id, nameKey, kind, JSON.stringify(settings), JSON.stringify(auth), createdMs, updatedMs);
    if (secret === 'remove') deleteSecret.run(secretIdOf(id));
    else if (secret !== 'keep') upsertSecret.run(secretIdOf(id), secret.sealed);
    return ok();
  }

  return {
    list: () => selectAll.all().map(toRecord),
    save: (record, secret) => inTransaction(() => put(record, secret)),
    add: (records) =>
      inTransaction(() => {
        for (const record of records) {
          const saved = put(record, 'remove');
          // Thrown, so that those before it are not kept either.
          if (!saved.ok) throw new AppErrorException(saved.error);
        }
        return ok();
      }),
    remove: (id) =>
      inTransaction(() => {
        deleteConnection.run(id);
        deleteSecret.run(secretIdOf(id));
        return ok();
      }),
  };
}

function toRecord(row: Row): ConnectionRecord {
  return {
    id: row.id as ConnectionId,
    kind: row.kind === 'thisComputer' ? 'thisComputer' : 'server',
    settings: connectionSettingsSchema.parse(JSON.parse(row.settings)),
    auth: authViewSchema.parse(JSON.parse(row.auth)),
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
  };
}
