import type { AuditView } from '../../../shared/contract/audit-commands.ts';
import type { CommandOutput, CommandParsed } from '../../../shared/contract/commands.ts';
import type { EngineEvent } from '../../../shared/contract/events.ts';
import { type AuditLine, type AuditSettings, auditSettingsSchema } from '../../../shared/domain/audit.ts';
import type { Clock, Random } from '../../../shared/domain/clock.ts';
import type { AppError } from '../../../shared/errors.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { Redactor } from '../../credentials/redact.ts';
import type { SettingRepository } from '../../db/setting-repository.ts';
import type { ConnectionOpener } from '../../s3/open-connection.ts';
import type { AuditJournal } from './audit-journal.ts';
import { type AuditEntry, auditLine } from './audit-line.ts';
import { createAuditShipper } from './audit-shipper.ts';
import { isSegmentOf, segmentSource } from './segment.ts';

const settingKey = 'auditLog';
const dayMs = 24 * 3600 * 1000;
/** [A55] */
const keepShippedMs = 30 * dayMs;
const maxKept = 1_000_000;
const tidyEveryMs = 3600_000;

type Names = 'list' | 'settings' | 'setSettings';
type Handler<N extends Names> = (input: CommandParsed<`audit.${N}`>) => Promise<Result<CommandOutput<`audit.${N}`>>>;

/** The audit commands of the contract, by their names there. */
export type AuditService = { readonly [N in Names]: Handler<N> } & {
  /** Resolves when the line is on the disk. A failure has been logged; the work itself must not fail of it. */
  record(entry: AuditEntry): Promise<Result<void>>;
  /** Whether an object is a segment of this log: to act on it would write the next one. */
  isOwnSegment(key: string): boolean;
  /** From now on lines are shipped. Idempotent. */
  start(): void;
  /** A connection may work now that did not. */
  retryNow(): void;
  /** [A53] */
  close(): Promise<void>;
};

export type AuditServiceOptions = {
  readonly journal: AuditJournal;
  readonly settings: SettingRepository;
  readonly opener: ConnectionOpener;
  readonly clock: Clock;
  readonly random: Random;
  readonly redactor: Pick<Redactor, 'value'>;
  readonly user: { readonly name: string; readonly host: string };
  readonly installationId: string;
  /** ConnectionNotFound. */
  readonly findConnection: (id: string) => Result<unknown>;
  readonly emit: (event: EngineEvent) => void;
  /** A line could not be written. */
  readonly onWarning: (error: AppError) => void;
  readonly onUnexpected: (where: string, thrown: unknown) => void;
  /** For tests. */
  readonly maxKept?: number;
};

export function createAuditService(options: AuditServiceOptions): AuditService {
  const { journal, clock, settings, redactor, user } = options;
  const most = options.maxKept ?? maxKept;
  const who = `${user.name}@${user.host}`;
  const source = segmentSource(user.host, options.installationId);
  let place = readSettings(settings.get(settingKey));
  let isStarted = false;
  let isClosed = false;
  let isTidying = false;
  let cancelTidy = (): void => undefined;

  const view = (): AuditView => ({
    settings: place,
    lastShippedMs: journal.lastShippedMs(),
    waiting: journal.waiting().lines,
    problem: place === null ? null : shipper.problem(),
  });
  const tell = (): void => options.emit({ type: 'audit.changed', ...view() });
  const shipper = createAuditShipper({
    journal,
    opener: options.opener,
    clock,
    random: options.random,
    source,
    settings: () => place,
    onChanged: tell,
    onUnexpected: options.onUnexpected,
  });

  async function tidy(): Promise<void> {
    if (isTidying) return;
    isTidying = true;
    try {
      for (;;) {
        const more = await journal.prune({
          shippedBeforeMs: clock.nowMs() - keepShippedMs,
          maxShipped: most,
          maxWaiting: most,
          lost: ({ count, firstSeq, lastSeq }) =>
            auditLine(
              {
                actor: 'engine',
                action: 'loseAuditLines',
                outcome: 'failed',
                count,
                message: `Lines ${firstSeq} to ${lastSeq} were never written to a bucket: ${most} are kept at most`,
              },
              clock.nowMs(),
              who,
              redactor,
            ),
        });
        if (!more.ok || !more.value || isClosed) return;
      }
    } finally {
      isTidying = false;
    }
  }

  function tidyUp(): void {
    void tidy().catch((thrown: unknown) => options.onUnexpected('tidying the audit log', thrown));
  }

  function everyHour(): void {
    tidyUp();
    cancelTidy = clock.setTimer(tidyEveryMs, everyHour);
  }

  async function record(entry: AuditEntry): Promise<Result<void>> {
    // A stream that is cut off by the end: there is no database to write to any more.
    if (isClosed) return ok();
    const written = await journal.append(auditLine(entry, clock.nowMs(), who, redactor));
    if (!written.ok) {
      options.onWarning(written.error);
      return written;
    }
    if (isClosed) return written;
    shipper.noteLine();
    if (journal.waiting().lines > most) tidyUp();
    return written;
  }

  return {
    record,
    async list(query) {
      const { lines, total } = journal.list(query);
      return ok({ lines: lines.map((line) => JSON.parse(line) as AuditLine), total });
    },
    settings: async () => ok(view()),
    async setSettings({ settings: wanted }) {
      if (wanted !== null) {
        const found = options.findConnection(wanted.connectionId);
        if (!found.ok) return found;
      }
      const saved = wanted === null ? settings.remove(settingKey) : settings.set(settingKey, JSON.stringify(wanted));
      if (!saved.ok) return saved;
      place = wanted;
      shipper.placeChanged();
      tell();
      return ok({});
    },
    start() {
      if (isStarted) return;
      isStarted = true;
      shipper.start();
      everyHour();
    },
    isOwnSegment: (key) => isSegmentOf(source, key),
    retryNow: () => shipper.retryNow(),
    async close() {
      cancelTidy();
      await shipper.close();
      isClosed = true;
      // What was told last is on the disk before the database is closed.
      journal.waiting();
    },
  };
}

/** What nobody understands any more is off. */
function readSettings(text: string | null): AuditSettings | null {
  if (text === null) return null;
  try {
    const parsed = auditSettingsSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
