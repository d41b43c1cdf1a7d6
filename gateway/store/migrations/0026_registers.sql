-- Projections of what registers and hands report. Each row follows from its own journal entry alone, so they may be made
-- anew from the journal run by run, and do not depend on the order in which facts arrive.

-- What counts towards a shift, a numbering or a chain of a register: one row a fact.
CREATE TABLE till_entries (
  seq               INTEGER PRIMARY KEY,
  id                BLOB NOT NULL,
  type              TEXT NOT NULL,
  register          TEXT NOT NULL,
  shift             TEXT NOT NULL,
  receipt           TEXT NOT NULL,
  detail            TEXT NOT NULL,        -- the report's number, or the reason
  series            TEXT NOT NULL,        -- STORE-REGISTER-EPOCH
  number            INTEGER,              -- N
  previous          TEXT,
  hash              TEXT,
  honest            INTEGER,              -- whether the hash is that of the data
  original_register TEXT NOT NULL,
  original_receipt  TEXT NOT NULL,
  at                INTEGER NOT NULL,     -- claimed, never after it came
  currency          TEXT NOT NULL,
  total             INTEGER NOT NULL,
  money             TEXT NOT NULL         -- JSON: minor units by kind of payment
) STRICT;

CREATE INDEX till_shifts ON till_entries (register, shift, seq);
CREATE INDEX till_numbers ON till_entries (register, series, number) WHERE number IS NOT NULL;
CREATE INDEX till_originals ON till_entries (original_register, original_receipt) WHERE original_receipt <> '';

-- What came to a place or left it, and what was counted there: a row a line, two of a line that moves between places.
CREATE TABLE stock_moves (
  location TEXT NOT NULL,
  scheme   TEXT NOT NULL,                 -- gtin or sku
  item     TEXT NOT NULL,
  at       INTEGER NOT NULL,              -- claimed, never after it came
  id       BLOB NOT NULL,
  line     INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  type     TEXT NOT NULL,
  counted  INTEGER NOT NULL,
  quantity INTEGER NOT NULL,              -- millionths; less is negative
  PRIMARY KEY (location, scheme, item, at, id, line)
) STRICT, WITHOUT ROWID;

CREATE INDEX stock_moves_seq ON stock_moves (seq);
CREATE INDEX stock_counts ON stock_moves (location, scheme, item, at, id) WHERE counted = 1;
