-- How the finished files of a job were verified, and the name of the connection it copies to.
ALTER TABLE transfer_job ADD COLUMN to_connection_name TEXT;
ALTER TABLE transfer_job ADD COLUMN verified_checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transfer_job ADD COLUMN verified_md5 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transfer_job ADD COLUMN verified_size INTEGER NOT NULL DEFAULT 0;
UPDATE transfer_job SET
  verified_checksum = (SELECT count(*) FROM transfer_file WHERE job_id = transfer_job.id AND state = 'done' AND verification = 'checksum'),
  verified_md5 = (SELECT count(*) FROM transfer_file WHERE job_id = transfer_job.id AND state = 'done' AND verification = 'md5'),
  verified_size = (SELECT count(*) FROM transfer_file WHERE job_id = transfer_job.id AND state = 'done' AND verification = 'size');
