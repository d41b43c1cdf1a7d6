-- What is to be printed, and what became of it.

CREATE TABLE print_jobs (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,   -- the order of the queue; never given twice
  id         BLOB NOT NULL UNIQUE,
  printer    BLOB NOT NULL,
  template   TEXT NOT NULL,
  title      TEXT NOT NULL,
  asked      BLOB NOT NULL,                       -- digest of what was asked for under this id
  document   TEXT NOT NULL,                       -- JSON
  original   BLOB,                                -- of which it is a copy
  state      TEXT NOT NULL,                       -- queued, printing, done, failed, uncertain, cancelled
  reason     TEXT NOT NULL DEFAULT '',            -- a code of the catalogue
  confirmed  INTEGER NOT NULL DEFAULT 0,          -- whether the printer, or a person, said that it is on paper
  lost       INTEGER NOT NULL DEFAULT 0,          -- characters that the printer does not have
  actor      TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;

CREATE INDEX print_jobs_waiting ON print_jobs (printer, number) WHERE state IN ('queued', 'printing');
CREATE INDEX print_jobs_of ON print_jobs (printer, number);

-- How far the journal has been looked through for sales whose receipts come out by themselves: one row.
CREATE TABLE print_watch (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL
) STRICT;
