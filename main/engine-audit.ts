import { hostname, userInfo } from 'node:os';
import type { EngineEvent } from '../shared/contract/events.ts';
import type { AuditActor } from '../shared/domain/audit.ts';
import type { Clock, Random } from '../shared/domain/clock.ts';
import type { JobView } from '../shared/domain/transfer.ts';
import type { AppError } from '../shared/errors.ts';
import { type AuditEntry } from './automation/audit/audit-line.ts';
import { createAuditService } from './automation/audit/audit-service.ts';
import { describeEnd } from './automation/audit/describe-request.ts';
import type { RecorderDeps } from './automation/audit/record-commands.ts';
import { recordSteps } from './automation/audit/record-steps.ts';
import type { RuleJournal } from './automation/rule-journal.ts';
import type { AuditLine } from './automation/runner/direct-context.ts';
import type { ConnectionService } from './connections/connection-service.ts';
import type { Redactor } from './credentials/redact.ts';
import { createAuditJournal } from './db/audit-journal.ts';
import type { Db } from './db/open.ts';
import { installationId, type SettingRepository } from './db/setting-repository.ts';
import type { ConnectionOpener } from './s3/open-connection.ts';

/** Ends that a crash has kept from the log are looked for among jobs that are no older. */
const lookBackMs = 24 * 3600 * 1000;

/** The audit log, joined to what it tells of. */
export function createAudit(deps: {
  readonly db: Db;
  readonly settings: SettingRepository;
  readonly connections: ConnectionService;
  readonly environments: { list(): readonly { readonly id: string; readonly name: string }[] };
  readonly opener: ConnectionOpener;
  readonly clock: Clock;
  readonly random: Random;
  readonly redactor: Pick<Redactor, 'value'>;
  readonly host: 'electron' | 'web' | 'cli';
  readonly ruleName: (ruleId: string) => string | null;
  readonly emit: (event: EngineEvent) => void;
  readonly onWarning: (error: AppError) => void;
  readonly onUnexpected: (where: string, thrown: unknown) => void;
}) {
  const { connections, environments, clock, onUnexpected } = deps;
  const installation = installationId(deps.settings);
  const service = createAuditService({
    ...deps,
    journal: createAuditJournal(deps.db),
    user: { name: userName(), host: hostname() },
    installationId: installation.ok ? installation.value : '',
    findConnection: (id) => connections.find(id),
  });
  /** Nobody waits for it, and nothing fails of it. */
  const note = (entry: AuditEntry): void => {
    service.record(entry).catch((thrown: unknown) => onUnexpected('audit log', thrown));
  };
  const connectionName = (id: string): string | null => {
    const saved = connections.find(id);
    if (saved.ok) return saved.value.settings.name;
    return environments.list().find((one) => one.id === id)?.name ?? null;
  };
  const asker: AuditActor = deps.host === 'cli' ? 'command' : 'window';
  const recorder: RecorderDeps = { note, connectionName, ruleName: deps.ruleName, asker, onUnexpected };

  function noteEnd(job: JobView): void {
    const entry = describeEnd(job);
    if (entry !== null) note(entry);
  }

  return {
    service,
    recorder,
    /** What a rule writes by itself. */
    ruleLine: ({ place, message, ...line }: AuditLine) =>
      service.record({
        ...line,
        actor: 'rule',
        outcome: 'done',
        ...(place === null ? {} : { place }),
        ...(message === null ? {} : { message }),
      }),
    recordSteps: (journal: RuleJournal) =>
      recordSteps(journal, {
        note,
        connectionName,
        connectionOf(ruleId, position) {
          const rule = journal.rules().find(({ id }) => id === ruleId);
          const action = rule?.actions[position];
          const other = action !== undefined && 'connection' in action ? action.connection : undefined;
          const found = other === undefined ? null : connections.find(other);
          return found?.ok === true ? found.value.id : (rule?.connectionId ?? null);
        },
      }),
    /** Transfers leave a line when they end. */
    see(event: EngineEvent): void {
      if (event.type === 'transfers.job') noteEnd(event.job);
    },
    /** A crash may have come between the end of a job and its line. */
    catchUp(jobs: readonly JobView[]): void {
      const sinceMs = clock.nowMs() - lookBackMs;
      for (const job of jobs) if ((job.endedMs ?? 0) >= sinceMs) noteEnd(job);
    },
  };
}

/** An account without a name (a container's number) has none. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'user');
  }
}
