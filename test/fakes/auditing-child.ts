import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { createAuditService } from '../../main/automation/audit/audit-service.ts';
import { createRedactor } from '../../main/credentials/redact.ts';
import { createAuditJournal } from '../../main/db/audit-journal.ts';
import type { ConnectionOpener } from '../../main/s3/open-connection.ts';
import { systemClock, systemRandom } from '../../main/system-clock.ts';
import type { AuditSettings } from '../../shared/domain/audit.ts';
import { ok } from '../../shared/result.ts';
import { projectDir } from '../servers/brigade.ts';
import { connectionId, createTestOpener, must, type S3Address } from './test-connection.ts';

export const auditedPlace: AuditSettings = {
  connectionId,
  bucket: 'audit',
  prefix: 'a/b',
  everySeconds: 1,
  maxLines: 7,
};

/** Of a segment of what is left. */
export const lastLines = 100;

/** The real tables: the schema's own files can be imported by a bundler only. */
export function openAuditDatabase(filePath: string): Database.Database {
  const db = new Database(filePath);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'audit_line'").get() === undefined) {
    db.exec(`BEGIN; ${readFileSync(join(projectDir, 'main/db/migrations/09-automation.sql'), 'utf8')} COMMIT;`);
  }
  return db;
}

/** So that it is killed between writing an object and noting that more often than chance would have it. */
function slowly(opener: ConnectionOpener): ConnectionOpener {
  return {
    async open(id) {
      const connection = await opener.open(id);
      if (!connection.ok) return connection;
      const { store } = connection.value;
      const putSmall: typeof store.putSmall = async (...input) => {
        const stored = await store.putSmall(...input);
        process.stdout.write('put\n');
        await sleep(Math.random() * 50);
        return stored;
      };
      return ok({ ...connection.value, store: { ...store, putSmall } });
    },
  };
}

/**
 * `node test/fakes/auditing-child.ts FILE ADDRESS NEXT`: writes lines from number NEXT on and ships them until it is killed, and
 * says which are on the disk (a number), and when an object is in the bucket (`put`) and not yet noted. NEXT `end`: ships what
 * is left.
 */
if (import.meta.filename === process.argv[1]) {
  const [, , filePath = '', address = '', next = 'end'] = process.argv;
  const opener = createTestOpener(() => JSON.parse(address) as S3Address);
  const service = createAuditService({
    journal: createAuditJournal(openAuditDatabase(filePath)),
    settings: {
      get: () => JSON.stringify(next === 'end' ? { ...auditedPlace, maxLines: lastLines } : auditedPlace),
      set: () => ok(),
      remove: () => ok(),
    },
    opener: next === 'end' ? opener : slowly(opener),
    clock: systemClock,
    random: systemRandom,
    redactor: createRedactor(),
    user: { name: 'kim', host: 'desk' },
    installationId: '0123abcd',
    findConnection: () => ok(),
    emit: () => undefined,
    onWarning: (error) => console.error(error),
    onUnexpected: (where, thrown) => console.error(where, thrown),
  });
  service.start();
  for (let number = Number(next); Number.isInteger(number); number += 3) {
    const some = [number, number + 1, number + 2].map((each) =>
      service.record({ id: `line-${each}`, actor: 'engine', action: 'count', outcome: 'done', count: each }),
    );
    for (const written of await Promise.all(some)) must(written);
    process.stdout.write(`${number + 2}\n`);
    await sleep(Math.random() * 20);
  }
  await service.close();
  await opener.close();
}
