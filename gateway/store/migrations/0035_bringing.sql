-- What comes in from an ERP: how far each of its models was read, what its rows said last, and which
-- of them could not be taken.

CREATE TABLE erp_cursors (
  connector TEXT NOT NULL,
  kind      TEXT NOT NULL,
  model     TEXT NOT NULL,
  instant   TEXT NOT NULL,                -- everything changed before was read; empty: nothing yet
  id        TEXT,                         -- set within a second: read by id up to this one
  reach_s   INTEGER NOT NULL,             -- how far before this the next round begins,
  floor     TEXT NOT NULL,                -- though not before here
  is_open   INTEGER NOT NULL,             -- the last one was not read to its end
  swept_at  INTEGER NOT NULL DEFAULT 0,   -- when all ids were compared last
  PRIMARY KEY (connector, kind, model)
) STRICT, WITHOUT ROWID;

-- Rows that the next round may meet again, and how they looked.
CREATE TABLE erp_seen (
  connector TEXT NOT NULL,
  kind      TEXT NOT NULL,
  model     TEXT NOT NULL,
  id        TEXT NOT NULL,
  stamp     TEXT NOT NULL,
  mark      TEXT NOT NULL,
  PRIMARY KEY (connector, kind, model, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE erp_rows (
  connector TEXT NOT NULL,
  kind      TEXT NOT NULL,
  ref       TEXT NOT NULL,                -- the row's id at the ERP
  record    BLOB,                         -- ours; NULL while it could not be taken
  version   INTEGER NOT NULL,             -- of our record that the ERP's next word is built on
  operation BLOB,                         -- the ERP's last word about it
  said      TEXT NOT NULL,                -- JSON: keyed digests of its values, by place
  mark      TEXT NOT NULL,                -- a short name for all it said; empty: to be looked at again
  title     TEXT NOT NULL,                -- what people call the row there
  problem   TEXT,                         -- JSON: why it could not be taken
  since     INTEGER NOT NULL,             -- since when that is so, or when it was taken last
  gone      INTEGER NOT NULL DEFAULT 0,   -- the ERP has it no more
  PRIMARY KEY (connector, kind, ref)
) STRICT, WITHOUT ROWID;

CREATE INDEX erp_rows_record ON erp_rows (record) WHERE record IS NOT NULL;
CREATE INDEX erp_rows_problem ON erp_rows (since) WHERE problem IS NOT NULL;
CREATE INDEX erp_receipts_subject ON erp_receipts (subject) WHERE subject <> '';
