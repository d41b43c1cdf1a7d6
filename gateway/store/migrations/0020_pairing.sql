-- Phones that prove who they are with a key of their own: the leave to bring one in, and the phones that came.

CREATE TABLE pairings (
  id        BLOB PRIMARY KEY,
  user      BLOB NOT NULL REFERENCES users (id),
  token     BLOB NOT NULL UNIQUE,             -- SHA-256 of what the QR code holds
  code      BLOB NOT NULL UNIQUE,             -- keyed digest of what is typed instead
  misses    INTEGER NOT NULL DEFAULT 0,       -- wrong codes typed anywhere while this one was open
  issued_at INTEGER NOT NULL,
  issued_by TEXT NOT NULL,
  phone     BLOB                              -- the one phone that claimed it
) STRICT, WITHOUT ROWID;

CREATE INDEX pairings_user ON pairings (user);

-- One row for each person on a phone: two people on one phone have two keys.
CREATE TABLE paired_phones (
  id         BLOB PRIMARY KEY,
  user       BLOB NOT NULL REFERENCES users (id),
  device     TEXT NOT NULL,                   -- the phone itself, as its entries name it
  name       TEXT NOT NULL,
  public_key BLOB NOT NULL,                   -- a point on P-256, uncompressed
  paired_at  INTEGER NOT NULL,
  paired_by  TEXT NOT NULL,
  seen_at    INTEGER NOT NULL,                -- its last signature
  retired_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX paired_phones_user ON paired_phones (user, device);

-- Whose phone a session runs on, where that phone is paired, and whether it began with a signature.
ALTER TABLE sessions ADD COLUMN paired BLOB;
ALTER TABLE sessions ADD COLUMN signed INTEGER NOT NULL DEFAULT 0;
