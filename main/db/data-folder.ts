import { mkdirSync } from 'node:fs';
import { ok, err, type Result } from '../../shared/result.ts';
import { mapDatabaseError } from './database-error.ts';

/** Makes the data folder where it is missing, for this user only (0700). An existing one is left as it is. Idempotent. */
export function makeDataFolder(dataDir: string): Result<void> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return ok();
  } catch (error) {
    return err(mapDatabaseError(error, dataDir));
  }
}
