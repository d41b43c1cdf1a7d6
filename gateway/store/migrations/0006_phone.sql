-- Phones: what each one told us last, and the operations that wait for another one.

CREATE TABLE phones (
  device          TEXT PRIMARY KEY,
  actor           TEXT NOT NULL,          -- who was signed in
  build           TEXT NOT NULL,
  protocol        INTEGER NOT NULL,
  origin_epoch    TEXT NOT NULL,          -- changes when the phone's storage was wiped
  origin_seq      INTEGER NOT NULL,       -- the newest operation we have of this epoch
  clock_offset_ms INTEGER NOT NULL,       -- our clock less the phone's, at its last push
  unsent          INTEGER,                -- what the phone says it still holds
  first_seen_at   INTEGER NOT NULL,
  last_seen_at    INTEGER NOT NULL,
  last_push_at    INTEGER,
  last_pull_at    INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX operations_held ON operations (status, received_at) WHERE status = 'blocked_by';
