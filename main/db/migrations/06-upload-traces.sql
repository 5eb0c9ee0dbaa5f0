-- Multipart uploads that were begun and have been neither completed nor aborted. They outlive their jobs: what no job goes
-- on with any more is found by them.
CREATE TABLE upload_trace (
  -- Empty: Amazon's.
  server TEXT NOT NULL,
  bucket TEXT NOT NULL,
  object_key TEXT NOT NULL,
  upload_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  PRIMARY KEY (server, bucket, object_key, upload_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_trace_by_id ON upload_trace (upload_id);
CREATE INDEX transfer_file_by_upload ON transfer_file (upload_id) WHERE upload_id IS NOT NULL;
