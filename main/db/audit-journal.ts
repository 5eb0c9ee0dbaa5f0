import type { Database } from 'better-sqlite3';
import { connectionIdSchema } from '../../shared/domain/ids.ts';
import { err, ok } from '../../shared/result.ts';
import type { AuditJournal, AuditQuery, AuditSegment, NewAuditLine } from '../automation/audit/audit-journal.ts';
import { createGroupCommit } from './group-commit.ts';
import { createStatements } from './statements.ts';

/** So many lines go within a few milliseconds. */
const linesPerPrune = 5000;

type SegmentRow = { first_seq: number; last_seq: number; connection_id: string; bucket: string; key: string };
type LineRow = { seq: number; line: string };

/** AuditJournal in SQLite. Writes issued in one turn of the event loop share a transaction, and so one fsync. */
export function createAuditJournal(db: Database): AuditJournal {
  /** Counted once, then kept in step: a million lines take a while to count. */
  let waitingLines: number | null = null;
  const commit = createGroupCommit(db, { afterFailure: () => (waitingLines = null) });
  const { sql, read } = createStatements(db, commit);
  const number = (text: string, ...values: (string | number)[]): number =>
    (sql(text)
      .pluck()
      .get(...values) as number | null) ?? 0;

  /** The last line that is in a bucket. Segments follow upon each other. */
  const shippedThrough = (): number => number('SELECT max(last_seq) FROM audit_segment WHERE shipped_ms IS NOT NULL');

  function insert({ id, atMs, line }: NewAuditLine): boolean {
    // Not OR IGNORE, which would use up a number.
    if (id !== null && sql('SELECT 1 FROM audit_line WHERE id = ?').get(id) !== undefined) return false;
    sql('INSERT INTO audit_line (id, at_ms, line) VALUES (?, ?, ?)').run(id, atMs, line);
    return true;
  }

  function pruneSome({ shippedBeforeMs, maxShipped, maxWaiting, lost }: Parameters<AuditJournal['prune']>[0]): boolean {
    const through = shippedThrough();
    const shipped = sql(
      `DELETE FROM audit_line WHERE seq IN
         (SELECT seq FROM audit_line WHERE seq <= ? AND (at_ms < ? OR seq <= ?) ORDER BY seq LIMIT ?)`,
    ).run(through, shippedBeforeMs, through - maxShipped, linesPerPrune);
    sql('DELETE FROM audit_segment WHERE shipped_ms < ? AND last_seq < ?').run(shippedBeforeMs, through);
    if (shipped.changes === linesPerPrune) return true;

    if (number('SELECT count(*) FROM audit_line WHERE seq > ?', through) <= maxWaiting) return false;
    // What is on its way to the bucket stays as it is.
    const from = number('SELECT max(last_seq) FROM audit_segment');
    const oldest = sql('SELECT seq FROM audit_line WHERE seq > ? ORDER BY seq LIMIT ?')
      .pluck()
      .all(from, linesPerPrune) as number[];
    const [firstSeq] = oldest;
    const lastSeq = oldest.at(-1);
    if (firstSeq === undefined || lastSeq === undefined) return false;
    sql('DELETE FROM audit_line WHERE seq BETWEEN ? AND ?').run(firstSeq, lastSeq);
    insert(lost({ count: oldest.length, firstSeq, lastSeq }));
    return true;
  }

  return {
    append: (line) =>
      commit.write(() => {
        if (insert(line) && waitingLines !== null) waitingLines += 1;
      }),

    list(query) {
      const { where, values } = filterOf(query);
      const isOldestFirst = query.afterSeq !== undefined;
      const rows = read(
        `SELECT seq, line FROM audit_line WHERE ${where} ORDER BY seq ${isOldestFirst ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`,
      ).all(...values, query.count, query.from) as LineRow[];
      return { lines: rows.map(numbered), total: number(`SELECT count(*) FROM audit_line WHERE ${where}`, ...values) };
    },

    waiting() {
      commit.flush();
      const through = shippedThrough();
      waitingLines ??= number('SELECT count(*) FROM audit_line WHERE seq > ?', through);
      const oldest = sql('SELECT at_ms FROM audit_line WHERE seq > ? ORDER BY seq LIMIT 1').pluck().get(through);
      return { lines: waitingLines, oldestMs: (oldest as number | undefined) ?? null };
    },
    lastShippedMs() {
      const last = read('SELECT max(shipped_ms) FROM audit_segment').pluck().get() as number | null;
      return last;
    },
    pending() {
      const row = read('SELECT * FROM audit_segment WHERE shipped_ms IS NULL').get() as SegmentRow | undefined;
      return row === undefined ? null : segmentOf(row);
    },
    next(maxLines, maxBytes) {
      commit.flush();
      const rows = sql(
        'SELECT seq, at_ms AS atMs, length(CAST(line AS BLOB)) AS bytes FROM audit_line WHERE seq > ? ORDER BY seq LIMIT ?',
      ).all(shippedThrough(), maxLines) as { seq: number; atMs: number; bytes: number }[];
      const [first] = rows;
      if (first === undefined) return null;
      let lastSeq = first.seq;
      let bytes = first.bytes;
      for (const row of rows.slice(1)) {
        bytes += row.bytes;
        if (bytes > maxBytes) break;
        lastSeq = row.seq;
      }
      return { firstSeq: first.seq, lastSeq, firstMs: first.atMs };
    },
    cut: ({ firstSeq, lastSeq, connectionId, bucket, key }) =>
      commit.write(() => {
        sql('DELETE FROM audit_segment WHERE shipped_ms IS NULL').run();
        sql('INSERT INTO audit_segment (first_seq, last_seq, connection_id, bucket, key) VALUES (?, ?, ?, ?, ?)').run(
          firstSeq,
          lastSeq,
          connectionId,
          bucket,
          key,
        );
      }),
    lines: ({ firstSeq, lastSeq }) =>
      (
        read('SELECT seq, line FROM audit_line WHERE seq BETWEEN ? AND ? ORDER BY seq').all(
          firstSeq,
          lastSeq,
        ) as LineRow[]
      ).map(numbered),
    settle: ({ firstSeq }, lastSeq, nowMs) =>
      commit.write(() => {
        sql('UPDATE audit_segment SET last_seq = ?, shipped_ms = ? WHERE first_seq = ?').run(lastSeq, nowMs, firstSeq);
        waitingLines = null;
      }),

    async prune(limits) {
      let more = false;
      const written = await commit.write(() => {
        more = pruneSome(limits);
        waitingLines = null;
      });
      return written.ok ? ok(more) : err(written.error);
    },
  };
}

/** A line as it is shipped: always the same bytes. */
function numbered({ seq, line }: LineRow): string {
  return `{"seq":${seq},${line.slice(1)}`;
}

function segmentOf(row: SegmentRow): AuditSegment {
  return {
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    connectionId: connectionIdSchema.parse(row.connection_id),
    bucket: row.bucket,
    key: row.key,
  };
}

function filterOf({ text, fromMs, toMs, afterSeq }: AuditQuery) {
  const parts: string[] = ['1 = 1'];
  const values: (string | number)[] = [];
  const add = (part: string, value: string | number): void => {
    parts.push(part);
    values.push(value);
  };
  if (afterSeq !== undefined) add('seq > ?', afterSeq);
  // SQLite's LIKE folds ASCII only: good enough for a search field.
  if (text !== undefined && text !== '') add("line LIKE ? ESCAPE '\\'", `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`);
  if (fromMs !== undefined) add('at_ms >= ?', fromMs);
  if (toMs !== undefined) add('at_ms < ?', toMs);
  return { where: parts.join(' AND '), values };
}
