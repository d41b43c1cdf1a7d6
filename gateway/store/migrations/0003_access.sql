-- Who may come in: people, their sessions, the tokens of machines, and the pauses after wrong passwords.

CREATE TABLE users (
  id         BLOB PRIMARY KEY,
  login      TEXT NOT NULL UNIQUE,      -- the name as it is compared: normalised, without case
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  territory  TEXT NOT NULL,
  language   TEXT NOT NULL,
  password   TEXT NOT NULL,             -- Argon2id
  disabled   INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  token      BLOB PRIMARY KEY,          -- SHA-256 of what the cookie holds
  user       BLOB NOT NULL REFERENCES users (id),
  phone      TEXT NOT NULL,             -- the id of the phone that signed in, or empty at a desk
  started_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_user ON sessions (user);

CREATE TABLE tokens (
  id           BLOB PRIMARY KEY,
  token        BLOB NOT NULL UNIQUE,    -- SHA-256 of what the machine sends
  name         TEXT NOT NULL,
  role         TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER,
  revoked_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX tokens_name ON tokens (name) WHERE revoked_at IS NULL;

-- Keyed digests only: people type passwords into the field for the name.
CREATE TABLE throttle (
  door     BLOB NOT NULL,
  source   TEXT NOT NULL,
  failures INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  PRIMARY KEY (door, source)
) STRICT, WITHOUT ROWID;

CREATE INDEX throttle_age ON throttle (last_at);

-- What the first-run set-up asked for.
CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
