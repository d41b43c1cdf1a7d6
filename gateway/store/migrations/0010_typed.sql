-- What was typed, where the stored form differs, beside the version it led to.

CREATE TABLE record_typed (
  record  BLOB NOT NULL,
  version INTEGER NOT NULL,
  typed   TEXT NOT NULL,                  -- JSON: place in the record, parts joined by dots, to the text; never of a sealed field
  PRIMARY KEY (record, version)
) STRICT, WITHOUT ROWID;
