-- Jobs of a million files: what is asked about their files is found without reading all of them.

-- Removed, but for the rows of its files, which go a few at a time: nobody sees it any more.
ALTER TABLE transfer_job ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
-- Holds all that is asked of a job about its files: the row itself may be large, with a request of a million items.
CREATE INDEX transfer_job_by_removed ON transfer_job (removed, id, state);

-- JSON: size and date of what was in the way when the file asked.
ALTER TABLE transfer_file ADD COLUMN in_the_way TEXT;
-- What has something to clean up, and what may have parts.
CREATE INDEX transfer_file_with_leftovers ON transfer_file (job_id, id) WHERE temp_path IS NOT NULL OR upload_id IS NOT NULL;
