import type { AuditActor, AuditLine, AuditOutcome } from '../../../shared/domain/audit.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Redactor } from '../../credentials/redact.ts';
import type { NewAuditLine } from './audit-journal.ts';

/** What happened, as whoever writes a line knows it. */
export type AuditEntry = {
  /** The same line is written once. */
  readonly id?: string;
  readonly actor: AuditActor;
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly connection?: { readonly id: string; readonly name: string } | undefined;
  readonly toConnection?: { readonly id: string; readonly name: string } | undefined;
  readonly place?: string | undefined;
  readonly to?: string | undefined;
  readonly names?: readonly string[] | undefined;
  readonly count?: number | undefined;
  readonly failed?: number | undefined;
  readonly bytes?: number | undefined;
  readonly error?: string | undefined;
  readonly jobId?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly message?: string | undefined;
};

/** So that a line stays a line, and a segment of them within memory. */
const maxNames = 20;
const maxText = 4096;

/** [A50] [A54] A line without its number; secrets are redacted. Pure. */
export function auditLine(
  entry: AuditEntry,
  atMs: number,
  user: string,
  redactor: Pick<Redactor, 'value'>,
): NewAuditLine {
  const { id, actor, action, outcome, connection, names, ...rest } = entry;
  const texts: Omit<AuditLine, 'seq'> = {
    at: new Date(atMs).toISOString(),
    who: actor === 'rule' && entry.ruleId !== undefined ? `rule:${entry.ruleId}` : user,
    actor,
    action,
    ...(connection === undefined ? {} : { connection: { id: connection.id, name: connection.name } }),
    ...(names === undefined || names.length < 2 ? {} : { names: names.slice(0, maxNames).map(shortened) }),
    outcome,
    ...Object.fromEntries(
      Object.entries(rest).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, typeof value === 'string' ? shortened(value) : value]],
      ),
    ),
  };
  return { id: id ?? null, atMs, line: JSON.stringify(redactor.value(texts)) };
}

function shortened(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)}…`;
}

/** How it ended, and why. Pure. */
export function endedBy(error: AppError | null): Pick<AuditEntry, 'outcome' | 'error'> {
  if (error === null) return { outcome: 'done' };
  return error.code === 'Cancelled' ? { outcome: 'cancelled' } : { outcome: 'failed', error: error.code };
}
