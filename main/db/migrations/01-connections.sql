-- What a person set up. No secret is in these tables except sealed ones (main/credentials/vault).

CREATE TABLE connection (
  id TEXT PRIMARY KEY,
  -- The name without case (and NFC): what makes it unique.
  name_key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('server', 'thisComputer')),
  -- JSON: connectionSettingsSchema
  settings TEXT NOT NULL,
  -- JSON: authViewSchema, the authorization without its secrets
  auth TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT;

-- AES-256-GCM with the vault's data key and the id as additional data: rows cannot be swapped.
CREATE TABLE secret (
  id TEXT PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
