-- The journal: one append-only log of every fact and every accepted edit.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT,
  id              BLOB NOT NULL UNIQUE,
  type            TEXT NOT NULL,
  kind            TEXT NOT NULL DEFAULT '',
  subject         TEXT NOT NULL DEFAULT '',
  actor           TEXT NOT NULL,
  device          TEXT NOT NULL,
  origin_epoch    TEXT,
  origin_seq      INTEGER,
  occurred_at     INTEGER NOT NULL,
  received_at     INTEGER NOT NULL,
  clock_offset_ms INTEGER NOT NULL DEFAULT 0,
  body            BLOB,
  digest          BLOB NOT NULL,
  chain           BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX journal_origin ON journal (device, origin_epoch, origin_seq) WHERE origin_seq IS NOT NULL;
CREATE INDEX journal_kind ON journal (kind, seq) WHERE kind <> '';
CREATE INDEX journal_subject ON journal (subject, seq) WHERE subject <> '';

-- What devices and phones sent, and what was answered: also what was refused, quarantined or deferred.
CREATE TABLE operations (
  id           BLOB PRIMARY KEY,
  device       TEXT NOT NULL,
  actor        TEXT NOT NULL DEFAULT '',
  type         TEXT NOT NULL,
  origin_epoch TEXT NOT NULL DEFAULT '',
  origin_seq   INTEGER,
  revision     INTEGER NOT NULL DEFAULT 0,
  status       TEXT NOT NULL,
  digest       BLOB NOT NULL,
  body         BLOB NOT NULL,
  problem      TEXT,
  result       TEXT,
  seq          INTEGER,
  received_at  INTEGER NOT NULL,
  decided_at   INTEGER
) STRICT;

CREATE UNIQUE INDEX operations_origin ON operations (device, origin_epoch, origin_seq) WHERE origin_seq IS NOT NULL;
CREATE INDEX operations_waiting ON operations (status, received_at) WHERE status IN ('rejected', 'quarantined', 'deferred', 'retry');

-- The other content of an id that was used twice: kept for a person to look at.
CREATE TABLE reused_ids (
  number      INTEGER PRIMARY KEY AUTOINCREMENT,
  id          BLOB NOT NULL,
  device      TEXT NOT NULL,
  digest      BLOB NOT NULL,
  body        BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  UNIQUE (id, digest)
) STRICT;

-- Running totals, so that nobody has to count a journal of ten million rows.
CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Projection of sale.completed: one row a sale.
CREATE TABLE sales (
  id          BLOB PRIMARY KEY,
  seq         INTEGER NOT NULL UNIQUE,
  register    TEXT NOT NULL,
  receipt     TEXT NOT NULL,
  currency    TEXT NOT NULL,
  customer    TEXT NOT NULL,
  net         INTEGER NOT NULL,
  tax         INTEGER NOT NULL,
  total       INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sales_receipt ON sales (register, receipt);
