-- The ledger of erasures: which records were erased, and nothing of what they said. It outlives them, so that no
-- phone, file or backup brings them back.

CREATE TABLE record_erasures (
  record      BLOB PRIMARY KEY,
  kind        TEXT NOT NULL,              -- of a record, or visit
  version     INTEGER NOT NULL,           -- behind its newest one; 0 for a visit
  reason      TEXT NOT NULL,              -- asked | expired | unlawful
  held        INTEGER NOT NULL,           -- sales that name it and stay, because the law has them kept
  archived    INTEGER NOT NULL,           -- entries about it that lie in the archive and could not be emptied
  actor       TEXT NOT NULL,              -- who asked
  approver    TEXT NOT NULL,              -- the second person
  at          INTEGER NOT NULL,
  seq         INTEGER NOT NULL            -- of the journal entry that tells phones and the ERP
) STRICT, WITHOUT ROWID;

CREATE INDEX record_erasures_feed ON record_erasures (seq);
