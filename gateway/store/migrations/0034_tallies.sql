-- What came of comparing a day, or a kind of record, with an ERP.

CREATE TABLE erp_tallies (
  consumer     TEXT NOT NULL REFERENCES erp_consumers (name),
  source       TEXT NOT NULL,             -- a kind or a fact type
  day          TEXT NOT NULL,             -- of the ERP; empty for a kind, which is compared as it is
  looked_at    INTEGER NOT NULL,
  ours         INTEGER NOT NULL,
  theirs       INTEGER NOT NULL,
  waiting      INTEGER NOT NULL,          -- of ours that the ERP need not have yet
  sums         TEXT NOT NULL,             -- JSON: by field of theirs [ours, theirs]
  ours_hash    TEXT NOT NULL,
  theirs_hash  TEXT NOT NULL,
  differing    INTEGER NOT NULL,
  findings     TEXT NOT NULL,             -- JSON: the first of what differs
  PRIMARY KEY (consumer, source, day)
) STRICT, WITHOUT ROWID;
