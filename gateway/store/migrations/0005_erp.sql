-- What the ERP takes, what it said of it, and what is offered again.

CREATE TABLE erp_consumers (
  name            TEXT PRIMARY KEY,
  mode            TEXT NOT NULL,              -- pull: a token fetches; push: a connector of this gateway
  device          TEXT NOT NULL,              -- the token that named it first; empty for a connector
  cursor_seq      INTEGER NOT NULL DEFAULT 0, -- everything up to here has its receipt or is outstanding
  paused          INTEGER NOT NULL DEFAULT 0,
  last_attempt_at INTEGER,
  last_success_at INTEGER,
  problem         TEXT                        -- JSON, set while the last attempt failed
) STRICT, WITHOUT ROWID;

CREATE TABLE erp_batches (
  id        BLOB PRIMARY KEY,
  consumer  TEXT NOT NULL REFERENCES erp_consumers (name),
  through   INTEGER NOT NULL,                 -- where the cursor stands once the batch is done
  sha256    TEXT NOT NULL,
  body      BLOB,                             -- the wire bytes; dropped once done, the journal has them
  cut_at    INTEGER NOT NULL,
  done_at   INTEGER
) STRICT;

-- A consumer works on one batch at a time.
CREATE UNIQUE INDEX erp_batches_open ON erp_batches (consumer) WHERE done_at IS NULL;
CREATE INDEX erp_batches_age ON erp_batches (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE erp_receipts (
  batch       BLOB NOT NULL REFERENCES erp_batches (id) ON DELETE CASCADE,
  seq         INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  subject     TEXT NOT NULL,
  version     INTEGER,                        -- of the record as it was offered
  status      TEXT,                           -- accepted, duplicate, rejected, deferred; NULL before the answer
  answered_at INTEGER,
  PRIMARY KEY (batch, seq)
) STRICT, WITHOUT ROWID;

-- Entries behind the cursor that the ERP has not taken: deferred ones are offered again when due,
-- rejected ones wait for a person.
CREATE TABLE erp_outstanding (
  consumer TEXT NOT NULL REFERENCES erp_consumers (name),
  seq      INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  subject  TEXT NOT NULL,
  status   TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  since    INTEGER NOT NULL,
  due_at   INTEGER NOT NULL,
  problem  TEXT NOT NULL,                     -- JSON: why it was not taken
  PRIMARY KEY (consumer, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX erp_outstanding_due ON erp_outstanding (consumer, status, due_at);
CREATE INDEX erp_outstanding_subject ON erp_outstanding (subject) WHERE subject <> '';

-- What our records and their elements are called at the ERP; element is empty for the record itself.
CREATE TABLE erp_links (
  consumer TEXT NOT NULL REFERENCES erp_consumers (name),
  subject  TEXT NOT NULL,
  element  TEXT NOT NULL,
  ref      TEXT NOT NULL,
  PRIMARY KEY (consumer, subject, element)
) STRICT, WITHOUT ROWID;
