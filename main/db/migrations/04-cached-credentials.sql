-- Temporary credentials, sealed like secrets, so that consecutive runs need not sign in again.
CREATE TABLE cached_credential (
  id TEXT PRIMARY KEY,
  sealed BLOB NOT NULL,
  expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
