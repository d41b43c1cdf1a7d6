-- An import that speaks for the shop: what its rows say counts as said at the counter.
ALTER TABLE imports ADD COLUMN for_shop INTEGER NOT NULL DEFAULT 0;

-- Which versions came with a file, whatever channel they count as.
CREATE TABLE record_files (
  record  BLOB NOT NULL,
  version INTEGER NOT NULL,
  file    TEXT NOT NULL,                  -- its name
  PRIMARY KEY (record, version)
) STRICT, WITHOUT ROWID;
