import type { Database } from 'better-sqlite3';
import type { RuleId, RunId } from '../../shared/domain/ids.ts';
import type { RunQuery, RunState } from '../../shared/domain/rule.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { RuleJournal } from '../automation/rule-journal.ts';
import type { NewRun, RuleRecord, RunChange } from '../automation/rule-record.ts';
import { createGroupCommit } from './group-commit.ts';
import { createStatements, placeholdersFor } from './statements.ts';
import {
  patchOfRow,
  ruleFromRow,
  type RuleRow,
  runFromRow,
  type RunRow,
  stepFromRow,
  type StepRow,
  writeFromRow,
  type WriteRow,
} from './rule-rows.ts';

/** So many runs go within a few milliseconds. */
const runsPerPrune = 200;

/** RuleJournal in SQLite. Writes issued in one turn of the event loop share a transaction, and so one fsync. */
export function createRuleJournal(db: Database): RuleJournal {
  const commit = createGroupCommit(db);
  const { sql, read } = createStatements(db, commit);

  /** `where`: of the row's primary key. */
  function update(table: string, where: string, key: readonly (string | number)[], patch: object): void {
    const { columns, values } = patchOfRow(patch);
    if (columns.length === 0) return;
    const assignments = columns.map((column) => `${column} = ?`).join(', ');
    sql(`UPDATE ${table} SET ${assignments} WHERE ${where}`).run(...values, ...key);
  }

  function insertRun(run: NewRun): boolean {
    const { event, subject, causes, skipped } = run;
    const isPlain = subject.object === null && subject.file === null;
    const added = sql(
      `INSERT OR IGNORE INTO rule_run
         (rule_id, source, event, subject_key, subject, causes, held, revision, state, next_ms, seen_ms, ended_ms,
          error)
       SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM rule WHERE id = ? AND removed = 0`,
    ).run(
      run.source,
      JSON.stringify(event),
      event.key,
      isPlain ? null : JSON.stringify(subject),
      causes.length === 0 ? null : JSON.stringify(causes),
      Number(run.isHeld),
      run.revision,
      skipped === undefined ? 'waiting' : 'skipped',
      run.nextMs,
      run.seenMs,
      skipped === undefined ? null : run.seenMs,
      skipped === undefined ? null : JSON.stringify(skipped),
      run.ruleId,
    );
    return added.changes > 0;
  }

  function apply(change: RunChange): void {
    const { runs = [], steps = [], rule, beginWrites = [], endWrites = [] } = change;
    for (const { id, patch } of runs) update('rule_run', 'id = ?', [id], patch);
    for (const { runId, position, step } of steps) {
      // Of a rule that was removed meanwhile nothing is left to write to.
      if (sql('SELECT 1 FROM rule_run WHERE id = ?').get(runId) === undefined) continue;
      const there = sql('SELECT 1 FROM rule_step WHERE run_id = ? AND position = ?').get(runId, position);
      if (there === undefined)
        sql('INSERT INTO rule_step (run_id, position, action, state) VALUES (?, ?, ?, ?)').run(
          runId,
          position,
          step.action,
          step.state,
        );
      update('rule_step', 'run_id = ? AND position = ?', [runId, position], step);
    }
    if (rule !== undefined) update('rule', 'id = ?', [rule.id], rule.patch);
    for (const { place, key, runId, causes, isMove, isRemoval, begunMs } of beginWrites)
      sql(
        `INSERT INTO rule_write (place, key, run_id, causes, is_move, is_removal, begun_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(place, key, runId, JSON.stringify(causes), Number(isMove), Number(isRemoval), begunMs);
    for (const { runId, place, key, wrote, savedAs = key } of endWrites) {
      const where = 'run_id = ? AND place = ? AND key = ? AND ended_ms IS NULL';
      if (wrote === null) sql(`DELETE FROM rule_write WHERE ${where}`).run(runId, place, key);
      else
        sql(
          `UPDATE rule_write SET key = ?, ended_ms = ?, size_bytes = ?, etag = ?, last_modified = ? WHERE ${where}`,
        ).run(savedAs, wrote.endedMs, wrote.sizeBytes, wrote.etag, wrote.lastModified, runId, place, key);
    }
  }

  function saveRule(rule: RuleRecord): void {
    const { trigger, conditions, mirror, actions } = rule;
    sql(
      `INSERT INTO rule (id, name, connection_id, definition, enabled, revision, stopped_by, marks, failures_in_row, last_look_ms,
         last_run_ms, schedule_ms, deletes_meant_through, notice, created_ms, updated_ms)
       VALUES (${placeholdersFor(Array.from({ length: 16 }))})
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, connection_id = excluded.connection_id,
         definition = excluded.definition, enabled = excluded.enabled, revision = excluded.revision, stopped_by = excluded.stopped_by,
         marks = excluded.marks, failures_in_row = excluded.failures_in_row, last_look_ms = excluded.last_look_ms,
         last_run_ms = excluded.last_run_ms, schedule_ms = excluded.schedule_ms,
         deletes_meant_through = excluded.deletes_meant_through, notice = excluded.notice,
         updated_ms = excluded.updated_ms`,
    ).run(
      rule.id,
      rule.name,
      rule.connectionId,
      JSON.stringify({ trigger, conditions, mirror, actions }),
      Number(rule.enabled),
      rule.revision,
      rule.stoppedBy === null ? null : JSON.stringify(rule.stoppedBy),
      JSON.stringify(rule.marks),
      rule.failuresInRow,
      rule.lastLookMs,
      rule.lastRunMs,
      rule.scheduleMs,
      rule.deletesMeantThrough,
      rule.notice === null ? null : JSON.stringify(rule.notice),
      rule.createdMs,
      rule.updatedMs,
    );
  }

  /** Runs that are kept no longer: of removed rules, old ones, and those beyond the number. */
  function pruneSome(endedBeforeMs: number, keepOfEachRule: number): boolean {
    const ended = "state IN ('done', 'failed', 'skipped')";
    const removed = sql('SELECT id FROM rule WHERE removed = 1 LIMIT 1').get() as { id: string } | undefined;
    const drop = (where: string, ...values: (string | number)[]): number =>
      sql(`DELETE FROM rule_run WHERE id IN (SELECT id FROM rule_run WHERE ${where} LIMIT ${runsPerPrune})`).run(
        ...values,
      ).changes;
    if (removed !== undefined) {
      if (drop('rule_id = ?', removed.id) === runsPerPrune) return true;
      sql('DELETE FROM rule_count WHERE rule_id = ?').run(removed.id);
      sql('DELETE FROM rule WHERE id = ?').run(removed.id);
      return true;
    }
    for (const { id } of sql('SELECT id FROM rule').all() as { id: string }[]) {
      for (const state of ['done', 'skipped', 'failed']) {
        if (drop('rule_id = ? AND state = ? AND ended_ms < ?', id, state, endedBeforeMs) === runsPerPrune) return true;
      }
      const { runs } = sql(`SELECT coalesce(sum(runs), 0) AS runs FROM rule_count WHERE rule_id = ? AND ${ended}`).get(
        id,
      ) as { runs: number };
      if (runs <= keepOfEachRule) continue;
      const surplus = Math.min(runsPerPrune, runs - keepOfEachRule);
      sql(
        `DELETE FROM rule_run WHERE id IN (SELECT id FROM rule_run WHERE rule_id = ? AND ${ended} ORDER BY id LIMIT ?)`,
      ).run(id, surplus);
      return true;
    }
    return false;
  }

  const runRows = (text: string, ...values: (string | number)[]) =>
    (read(text).all(...values) as RunRow[]).map(runFromRow);

  return {
    rules: () =>
      (read('SELECT * FROM rule WHERE removed = 0 ORDER BY created_ms, id').all() as RuleRow[]).map(ruleFromRow),
    saveRule: (rule) => commit.write(() => saveRule(rule)),
    removeRule: (ruleId) => commit.write(() => sql('UPDATE rule SET removed = 1 WHERE id = ?').run(ruleId)),

    async addRuns(runs) {
      let added = 0;
      const written = await commit.write(() => {
        added = 0;
        for (const run of runs) if (insertRun(run)) added += 1;
      });
      return written.ok ? ok(added) : written;
    },
    change: (change) => commit.write(() => apply(change)),

    dueRuns(ruleId, nowMs, limit, leavesRemovals = false) {
      // Two indexes: of those whose time lies ahead, however many, none is looked at.
      const from = (index: string) =>
        `SELECT * FROM rule_run AS run INDEXED BY ${index} WHERE rule_id = ? AND state = 'waiting' AND NOT EXISTS (
           SELECT 1 FROM rule_run AS before INDEXED BY rule_run_open_of_subject
           WHERE before.rule_id = run.rule_id AND before.subject_key = run.subject_key AND before.id < run.id
             AND before.state IN ('waiting', 'running'))${leavesRemovals ? " AND event ->> '$.type' <> 'removed'" : ''}`;
      const ready = runRows(`${from('rule_run_ready')} AND next_ms IS NULL ORDER BY id LIMIT ?`, ruleId, limit);
      const due = runRows(`${from('rule_run_due')} AND next_ms <= ? ORDER BY next_ms LIMIT ?`, ruleId, nowMs, limit);
      return due.length === 0 ? ready : [...ready, ...due].sort((a, b) => a.id - b.id).slice(0, limit);
    },
    nextDueMs(ruleId, nowMs) {
      const row = read(
        "SELECT min(next_ms) AS next FROM rule_run WHERE rule_id = ? AND state = 'waiting' AND next_ms > ?",
      ).get(ruleId, nowMs) as { next: number | null };
      return row.next;
    },
    hasEarlierOpen: ({ id, ruleId, event }) =>
      read(
        `SELECT 1 FROM rule_run INDEXED BY rule_run_open_of_subject
         WHERE rule_id = ? AND subject_key = ? AND id < ? AND state IN ('waiting', 'running')`,
      ).get(ruleId, event.key, id) !== undefined,
    isAnyDue(ruleId, byMs) {
      // Each ends with the first that it finds.
      const isThere = (index: string, where: string, ...values: number[]): boolean =>
        read(`SELECT 1 FROM rule_run INDEXED BY ${index} WHERE rule_id = ? AND ${where} LIMIT 1`).get(
          ruleId,
          ...values,
        ) !== undefined;
      return (
        isThere('rule_run_by_state', "state = 'running'") ||
        isThere('rule_run_ready', "state = 'waiting' AND next_ms IS NULL") ||
        isThere('rule_run_due', "state = 'waiting' AND next_ms <= ?", byMs) ||
        isThere('rule_run_by_state', "state = 'waiting' AND (attempts > 0 OR error IS NOT NULL)")
      );
    },
    runsIn: (ruleId, states, limit) =>
      runRows(
        `SELECT * FROM rule_run WHERE rule_id = ? AND state IN (${placeholdersFor(states)}) ORDER BY id LIMIT ?`,
        ruleId,
        ...states,
        limit,
      ),
    run(runId) {
      const row = read('SELECT * FROM rule_run WHERE id = ?').get(runId) as RunRow | undefined;
      return row === undefined ? null : runFromRow(row);
    },
    steps: (runId) =>
      (read('SELECT * FROM rule_step WHERE run_id = ? ORDER BY position').all(runId) as StepRow[]).map(stepFromRow),
    runsOfJob: (jobId) =>
      runRows(
        `SELECT rule_run.* FROM rule_step JOIN rule_run ON rule_run.id = run_id
         WHERE job_id = ? AND rule_step.state = 'running' ORDER BY rule_run.id`,
        jobId,
      ),

    history(query, from, count) {
      const { where, values } = historyFilter(query);
      const runs = runRows(
        `SELECT * FROM rule_run WHERE ${where} ORDER BY id DESC LIMIT ? OFFSET ?`,
        ...values,
        count,
        from,
      );
      const { total } = sql(`SELECT count(*) AS total FROM rule_run WHERE ${where}`).get(...values) as {
        total: number;
      };
      return { runs, total };
    },
    counts(ruleId) {
      const counts: Record<RunState, number> = { waiting: 0, running: 0, done: 0, failed: 0, skipped: 0 };
      const rows = read('SELECT state, runs FROM rule_count WHERE rule_id = ?').all(ruleId) as {
        state: RunState;
        runs: number;
      }[];
      for (const { state, runs } of rows) counts[state] = runs;
      return counts;
    },
    runsSince(ruleId, runId) {
      const row = read('SELECT count(*) AS runs FROM rule_run WHERE rule_id = ? AND id > ?').get(ruleId, runId ?? 0);
      return (row as { runs: number }).runs;
    },
    lastRunId() {
      const row = read('SELECT max(id) AS id FROM rule_run').get() as { id: RunId | null };
      return row.id;
    },
    waitingRemovals(ruleId, afterRun) {
      const row = read(
        `SELECT count(*) AS runs FROM rule_run INDEXED BY rule_run_removal
         WHERE rule_id = ? AND state = 'waiting' AND id > ? AND event ->> '$.type' = 'removed'`,
      ).get(ruleId, afterRun ?? 0) as { runs: number };
      return row.runs;
    },
    hasRunFor(ruleId: RuleId, seen, afterRun) {
      const rows = runRows('SELECT * FROM rule_run WHERE subject_key = ? AND rule_id = ?', seen.key, ruleId);
      return rows.some(
        ({ id, state, event }) =>
          (afterRun === undefined || id > (afterRun ?? 0) || state === 'waiting' || state === 'running') &&
          event.bucket === seen.bucket &&
          event.path === seen.path &&
          event.sizeBytes === seen.sizeBytes &&
          event.etag === seen.etag &&
          event.lastModified === seen.lastModified,
      );
    },

    lastRunAbout(ruleId, { key, bucket, path }, before) {
      const row = read(
        `SELECT * FROM rule_run WHERE subject_key = ? AND rule_id = ? AND id < ?
           AND event ->> '$.bucket' IS ? AND event ->> '$.path' IS ? ORDER BY id DESC LIMIT 1`,
      ).get(key, ruleId, before ?? Number.MAX_SAFE_INTEGER, bucket, path) as RunRow | undefined;
      return row === undefined ? null : runFromRow(row);
    },
    hasLaterDone: ({ id, ruleId, event }) =>
      read(
        `SELECT 1 FROM rule_run WHERE subject_key = ? AND rule_id = ? AND id > ? AND state IN ('running', 'done')
           AND event ->> '$.type' <> 'removed'
           AND (event ->> '$.etag' IS NOT ? OR event ->> '$.lastModified' IS NOT ?)`,
      ).get(event.key, ruleId, id, event.etag, event.lastModified) !== undefined,

    writesAt: (place, key) =>
      (read('SELECT * FROM rule_write WHERE place = ? AND key = ?').all(place, key) as WriteRow[]).map(writeFromRow),
    forgetWrites: (beforeMs) =>
      commit.write(() => {
        sql('DELETE FROM rule_write WHERE ended_ms < ?').run(beforeMs);
        sql(
          `DELETE FROM rule_write WHERE ended_ms IS NULL AND begun_ms < ? AND NOT EXISTS (
             SELECT 1 FROM rule_run WHERE id = run_id AND state IN ('waiting', 'running'))`,
        ).run(beforeMs);
      }),
    async prune(endedBeforeMs, keepOfEachRule): Promise<Result<boolean>> {
      let more = false;
      const written = await commit.write(() => {
        more = pruneSome(endedBeforeMs, keepOfEachRule);
      });
      return written.ok ? ok(more) : err(written.error);
    },
  };
}

function historyFilter({ ruleId, states, text, fromMs, toMs }: RunQuery) {
  const parts: string[] = ['1 = 1'];
  const values: (string | number)[] = [];
  const add = (part: string, ...given: (string | number)[]): void => {
    parts.push(part);
    values.push(...given);
  };
  if (ruleId === undefined) add('rule_id IN (SELECT id FROM rule WHERE removed = 0)');
  else add('rule_id = ?', ruleId);
  if (states !== undefined) add(`state IN (${states.map(() => '?').join(', ')})`, ...states);
  // SQLite's own lower() and LIKE know ASCII only: good enough for a search field.
  if (text !== undefined && text !== '')
    add("subject_key LIKE ? ESCAPE '\\'", `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`);
  if (fromMs !== undefined) add('seen_ms >= ?', fromMs);
  if (toMs !== undefined) add('seen_ms < ?', toMs);
  return { where: parts.join(' AND '), values };
}
