-- Which job goes first: by priority, then by position. Those from before go in the order in which they were made.
ALTER TABLE transfer_job ADD COLUMN priority TEXT NOT NULL DEFAULT 'normal';
ALTER TABLE transfer_job ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE transfer_job SET position =
  (SELECT count(*) FROM transfer_job AS before WHERE (before.created_ms, before.id) < (transfer_job.created_ms, transfer_job.id));
