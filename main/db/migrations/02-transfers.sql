-- The transfer journal: what was asked for, how far each file is, and which parts have arrived.
CREATE TABLE transfer_job (
  id TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  connection_name TEXT NOT NULL,
  endpoint_url TEXT,
  region TEXT,
  state TEXT NOT NULL,
  planned INTEGER NOT NULL DEFAULT 0,
  answer_for_all TEXT,
  error TEXT,
  created_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  files_total INTEGER NOT NULL DEFAULT 0,
  files_done INTEGER NOT NULL DEFAULT 0,
  files_skipped INTEGER NOT NULL DEFAULT 0,
  files_failed INTEGER NOT NULL DEFAULT 0,
  bytes_total INTEGER NOT NULL DEFAULT 0,
  bytes_ended INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE transfer_file (
  id INTEGER PRIMARY KEY,
  job_id TEXT NOT NULL REFERENCES transfer_job (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  state TEXT NOT NULL,
  answer TEXT,
  upload_id TEXT,
  keeps_checksum INTEGER NOT NULL DEFAULT 0,
  part_bytes INTEGER,
  temp_path TEXT,
  verification TEXT,
  error TEXT,
  saved_as TEXT,
  UNIQUE (job_id, target, source)
) STRICT;
CREATE INDEX transfer_file_by_state ON transfer_file (job_id, state, id);

CREATE TABLE transfer_part (
  file_id INTEGER NOT NULL REFERENCES transfer_file (id) ON DELETE CASCADE,
  part_number INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  etag TEXT,
  digests TEXT NOT NULL,
  PRIMARY KEY (file_id, part_number)
) STRICT, WITHOUT ROWID;
