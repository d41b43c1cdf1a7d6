-- Files that are being imported, and what became of each of their rows.

CREATE TABLE imports (
  id          BLOB PRIMARY KEY,
  kind        TEXT NOT NULL,
  name        TEXT NOT NULL,
  bytes       INTEGER NOT NULL,
  state       TEXT NOT NULL,
  actor       TEXT NOT NULL,
  asked       TEXT NOT NULL,
  shape       TEXT NOT NULL,
  layout      TEXT NOT NULL,
  position    INTEGER NOT NULL DEFAULT 0,
  counts      TEXT NOT NULL DEFAULT '{}',
  problem     TEXT,
  kept        INTEGER NOT NULL DEFAULT 1,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX imports_working ON imports (state, created_at) WHERE state IN ('checking', 'running');
CREATE INDEX imports_newest ON imports (created_at);

-- Rows that made or changed a record, and rows that a person has to look at. A row that changed nothing has no line.
CREATE TABLE import_rows (
  import    BLOB NOT NULL,
  run       INTEGER NOT NULL,
  row       INTEGER NOT NULL,
  outcome   TEXT NOT NULL,
  record    BLOB,
  operation BLOB,
  problems  TEXT,
  PRIMARY KEY (import, run, row)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_rows_record ON import_rows (record) WHERE record IS NOT NULL;

-- Which record a row of a source is, what the row said last, and the operation that said it.
CREATE TABLE import_keys (
  kind      TEXT NOT NULL,
  value     TEXT NOT NULL,
  record    BLOB NOT NULL,
  operation BLOB,
  digest    BLOB NOT NULL,
  PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_keys_record ON import_keys (record);

-- How the columns of files with the same head were mapped last.
CREATE TABLE import_layouts (
  kind      TEXT NOT NULL,
  signature BLOB NOT NULL,
  layout    TEXT NOT NULL,
  used_at   INTEGER NOT NULL,
  PRIMARY KEY (kind, signature)
) STRICT, WITHOUT ROWID;

-- A row may name its record by its official number.
CREATE INDEX records_number ON records (kind, number);
