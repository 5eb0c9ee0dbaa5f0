-- Rules, what happened to them, and what they did: journaled before it is done (automation/SPEC.md).
CREATE TABLE rule (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  -- JSON: trigger, conditions, actions.
  definition TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  -- Grows when it is edited to do something else: runs that are half done do not go on as another rule.
  revision INTEGER NOT NULL DEFAULT 1,
  -- JSON: why it stopped itself.
  stopped_by TEXT,
  -- JSON: its beginning and backfills that no look has served yet.
  marks TEXT NOT NULL,
  failures_in_row INTEGER NOT NULL DEFAULT 0,
  last_look_ms INTEGER,
  last_run_ms INTEGER,
  -- The last time of its schedule that was seen to.
  schedule_ms INTEGER,
  -- Deletions of a mirror up to this run are meant, however many they are.
  deletes_meant_through INTEGER,
  -- JSON: something a person should know.
  notice TEXT,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  -- Nobody sees it any more; its runs go a few at a time.
  removed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE rule_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rule_id TEXT NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
  -- What it came from: a change of an index, a time of a schedule. The same never makes a second run.
  source TEXT NOT NULL,
  -- JSON: shared/domain/rule.ts RuleEvent.
  event TEXT NOT NULL,
  -- For searching; the key or path.
  subject_key TEXT,
  -- JSON: what its next step acts on, after steps that have changed that.
  subject TEXT,
  -- JSON: the rules that led to it.
  causes TEXT,
  -- It is to be found out first whether a rule has done what was seen.
  held INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL,
  -- Of the rule, when it was seen or begun.
  revision INTEGER NOT NULL DEFAULT 1,
  -- Position of the step that is next or under way.
  step INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_ms INTEGER,
  seen_ms INTEGER NOT NULL,
  started_ms INTEGER,
  ended_ms INTEGER,
  error TEXT,
  UNIQUE (rule_id, source)
) STRICT;
CREATE INDEX rule_run_by_state ON rule_run (rule_id, state, id);
-- What may begin at once, what waits for its time, and what a mirror is to delete.
CREATE INDEX rule_run_ready ON rule_run (rule_id, id) WHERE state = 'waiting' AND next_ms IS NULL;
CREATE INDEX rule_run_due ON rule_run (rule_id, next_ms) WHERE state = 'waiting' AND next_ms IS NOT NULL;
CREATE INDEX rule_run_removal ON rule_run (rule_id, id) WHERE state = 'waiting' AND event ->> '$.type' = 'removed';
-- One state of a key goes after the other.
CREATE INDEX rule_run_open_of_subject ON rule_run (rule_id, subject_key, id) WHERE state IN ('waiting', 'running');
CREATE INDEX rule_run_of_subject ON rule_run (subject_key, rule_id);

CREATE TABLE rule_step (
  run_id INTEGER NOT NULL REFERENCES rule_run (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  action TEXT NOT NULL,
  state TEXT NOT NULL,
  -- The transfer job that does it, of this id, whether it has been made yet or not.
  job_id TEXT,
  detail TEXT,
  error TEXT,
  bytes INTEGER,
  started_ms INTEGER,
  ended_ms INTEGER,
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_step_of_job ON rule_step (job_id) WHERE job_id IS NOT NULL;

-- How many runs of a rule are in each state, kept in step by the triggers below.
CREATE TABLE rule_count (
  rule_id TEXT NOT NULL,
  state TEXT NOT NULL,
  runs INTEGER NOT NULL,
  PRIMARY KEY (rule_id, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER rule_run_added AFTER INSERT ON rule_run BEGIN
  INSERT INTO rule_count (rule_id, state, runs) VALUES (new.rule_id, new.state, 1)
    ON CONFLICT (rule_id, state) DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER rule_run_moved AFTER UPDATE OF state ON rule_run WHEN old.state <> new.state BEGIN
  UPDATE rule_count SET runs = runs - 1 WHERE rule_id = old.rule_id AND state = old.state;
  INSERT INTO rule_count (rule_id, state, runs) VALUES (new.rule_id, new.state, 1)
    ON CONFLICT (rule_id, state) DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER rule_run_removed AFTER DELETE ON rule_run BEGIN
  UPDATE rule_count SET runs = runs - 1 WHERE rule_id = old.rule_id AND state = old.state;
END;

-- What rules are writing or have written where other rules look: tells their own doing from others'.
CREATE TABLE rule_write (
  id INTEGER PRIMARY KEY,
  -- The server and the bucket, or the folder's machine: what names the same place for every connection.
  place TEXT NOT NULL,
  key TEXT NOT NULL,
  run_id INTEGER NOT NULL,
  -- JSON: the rules that led to it, the writing one last.
  causes TEXT NOT NULL,
  is_move INTEGER NOT NULL,
  -- Taken away instead of written.
  is_removal INTEGER NOT NULL,
  begun_ms INTEGER NOT NULL,
  -- Null while it is not known how it ended.
  ended_ms INTEGER,
  -- What was written.
  size_bytes INTEGER,
  etag TEXT,
  last_modified TEXT
) STRICT;
CREATE INDEX rule_write_at ON rule_write (place, key);
CREATE INDEX rule_write_of_run ON rule_write (run_id);
CREATE INDEX rule_write_by_end ON rule_write (ended_ms);

-- The audit log: what was done, and where it was written to (automation/SPEC.md [A50]).
CREATE TABLE audit_line (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The same is written once.
  id TEXT UNIQUE,
  at_ms INTEGER NOT NULL,
  -- JSON: shared/domain/audit.ts AuditLine without its number.
  line TEXT NOT NULL
) STRICT;
CREATE INDEX audit_line_by_time ON audit_line (at_ms);

-- Lines that go to one object. Journaled before it is written.
CREATE TABLE audit_segment (
  first_seq INTEGER PRIMARY KEY,
  last_seq INTEGER NOT NULL,
  connection_id TEXT NOT NULL,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  -- Null while it is not known to be there.
  shipped_ms INTEGER
) STRICT;
