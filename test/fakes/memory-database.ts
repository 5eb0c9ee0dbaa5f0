import Database from 'better-sqlite3';
import { migrate } from '../../main/db/migrate.ts';
import { migrations } from '../../main/db/migrations/index.ts';
import { applicationId, type Db } from '../../main/db/open.ts';

/** A database of the present schema that lives in memory only. */
export function openMemoryDatabase(): Db {
  const db = new Database(':memory:');
  migrate(db, migrations, applicationId);
  db.pragma('foreign_keys = ON');
  return db;
}
