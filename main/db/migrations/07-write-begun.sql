-- Whether a write of a whole object was begun of which the journal has not heard since.
ALTER TABLE transfer_file ADD COLUMN write_begun INTEGER NOT NULL DEFAULT 0;
