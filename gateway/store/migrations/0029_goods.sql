-- What stock facts say about other things than levels. Each row follows from its own journal entry alone.

-- Facts that were taken back: levels leave out the moves of the fact that is named.
CREATE TABLE stock_reversals (
  corrects BLOB NOT NULL,                 -- the id of that fact
  id       BLOB NOT NULL,
  seq      INTEGER NOT NULL,
  PRIMARY KEY (corrects, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX stock_reversals_seq ON stock_reversals (seq);

-- What came in by a delivery: a row a line that names the number of one.
CREATE TABLE stock_receipts (
  document TEXT NOT NULL,
  id       BLOB NOT NULL,
  line     INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  gtin     TEXT NOT NULL,                 -- 14 digits, or nothing
  sku      TEXT NOT NULL,
  quantity INTEGER NOT NULL,              -- millionths
  PRIMARY KEY (document, id, line)
) STRICT, WITHOUT ROWID;

CREATE INDEX stock_receipts_seq ON stock_receipts (seq);
