import { createAuditService, type AuditService } from '../../main/automation/audit/audit-service.ts';
import { createRedactor } from '../../main/credentials/redact.ts';
import { createAuditJournal } from '../../main/db/audit-journal.ts';
import { createSettingRepository } from '../../main/db/setting-repository.ts';
import type { ObjectStore } from '../../main/s3/object-store.ts';
import type { OpenConnection } from '../../main/s3/open-connection.ts';
import type { AuditView } from '../../shared/contract/audit-commands.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { AuditLine, AuditSettings } from '../../shared/domain/audit.ts';
import { connectionIdSchema } from '../../shared/domain/ids.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { createManualClock } from './manual-clock.ts';
import { openMemoryDatabase } from './memory-database.ts';
import { createMemoryObjectStore } from './memory-object-store.ts';
import { createSeededRandom } from './seeded-random.ts';
import { must } from './test-connection.ts';

export const auditPlace: AuditSettings = {
  connectionId: connectionIdSchema.parse('conn-audit'),
  bucket: 'audit',
  prefix: 'logs/',
  everySeconds: 300,
  maxLines: 5,
};

/** 2026-11-27T23:59:00Z: a day ends soon. */
export const auditStartMs = Date.UTC(2026, 10, 27, 23, 59);

/** An audit log with a bucket, in memory. `restart` is what a crash leaves: the database and the bucket. */
export async function createAuditWorld(options: { readonly maxKept?: number } = {}) {
  const clock = createManualClock(auditStartMs);
  const db = openMemoryDatabase();
  const store = createMemoryObjectStore({ clock });
  must(await store.createBucket('audit'));
  must(await store.createBucket('other'));
  /** In place of the store's own. */
  const calls: { over: Partial<ObjectStore> } = { over: {} };
  const events: EngineEvent[] = [];
  const warnings: AppError[] = [];
  const unexpected: unknown[] = [];
  const redactor = createRedactor();
  const known = new Set(['conn-audit', 'conn-other']);

  const open = (): AuditService =>
    createAuditService({
      journal: createAuditJournal(db),
      settings: createSettingRepository(db),
      opener: {
        open: async (id) =>
          known.has(id)
            ? ok({ id, store: { ...store, ...calls.over } } as unknown as OpenConnection)
            : err(appError('ConnectionNotFound', { name: id })),
      },
      clock,
      random: { next: () => createSeededRandom(1).next() },
      redactor,
      user: { name: 'kim', host: 'desk 1' },
      installationId: '0123abcd-0000-0000-0000-000000000000',
      findConnection: (id) => (known.has(id) ? ok() : err(appError('ConnectionNotFound', { name: id }))),
      emit: (event) => events.push(event),
      onWarning: (error) => warnings.push(error),
      onUnexpected: (_where, thrown) => unexpected.push(thrown),
      ...options,
    });

  return {
    clock,
    db,
    store,
    calls,
    events,
    warnings,
    unexpected,
    redactor,
    open,
    view: async (service: AuditService): Promise<AuditView> => must(await service.settings({})),
    /** What is in the bucket, by key in order of keys. */
    objects(bucket = 'audit'): Record<string, AuditLine[]> {
      const entries = [...(store.buckets.get(bucket)?.objects ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1));
      return Object.fromEntries(
        entries.map(([key, { bytes }]) => {
          const lines = Buffer.from(bytes).toString().split('\n');
          if (lines.pop() !== '') throw new Error(`${key} ends within a line`);
          return [key, lines.map((line) => JSON.parse(line) as AuditLine)];
        }),
      );
    },
    /** The numbers of the lines in the bucket, in order of keys. */
    shipped(bucket = 'audit'): number[] {
      return Object.values(this.objects(bucket)).flatMap((lines) => lines.map(({ seq }) => seq));
    },
  };
}

/** Lets all that is under way in memory come to rest. */
export async function settleAll(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
