-- The archive: journal entries that everybody has taken and whose time is over, in files beside the database.

CREATE TABLE archive_segments (
  first_seq   INTEGER PRIMARY KEY,
  last_seq    INTEGER NOT NULL UNIQUE,
  entries     INTEGER NOT NULL,
  file        TEXT NOT NULL UNIQUE,     -- its name in the folder archive/
  size_bytes  INTEGER NOT NULL,
  sha256      BLOB NOT NULL,            -- of the whole file
  first_link  BLOB NOT NULL,            -- of the hash chain, before the first entry
  last_link   BLOB NOT NULL,            -- and after the last one
  newest_at   INTEGER NOT NULL,         -- when its last entry was received
  archived_at INTEGER NOT NULL
) STRICT;

-- What tells a duplicate once its entry has left the journal.
CREATE TABLE archived_ids (
  id     BLOB PRIMARY KEY,
  seq    INTEGER NOT NULL,
  digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;
