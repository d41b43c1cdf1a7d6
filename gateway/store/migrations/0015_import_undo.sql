-- Who carries an import now, taking one back, and what a check finds out about whole columns.

ALTER TABLE imports ADD COLUMN runner TEXT;

DROP INDEX imports_working;
CREATE INDEX imports_working ON imports (state, updated_at) WHERE state IN ('checking', 'running', 'undoing');

-- Cells that say nothing to us where one of a list is wanted, each different one with how often it stands there.
CREATE TABLE import_values (
  import  BLOB NOT NULL,
  place   INTEGER NOT NULL,
  value   TEXT NOT NULL,
  count   INTEGER NOT NULL,
  PRIMARY KEY (import, place, value)
) STRICT, WITHOUT ROWID;

-- What a column looks like: how many cells have a trait, and the first row that has it.
CREATE TABLE import_traits (
  import  BLOB NOT NULL,
  place   INTEGER NOT NULL,
  trait   TEXT NOT NULL,
  count   INTEGER NOT NULL,
  row     INTEGER NOT NULL,
  PRIMARY KEY (import, place, trait)
) STRICT, WITHOUT ROWID;
