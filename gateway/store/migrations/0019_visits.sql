-- Projection of visit.completed: one row a visit, and what finds the dealings with one customer, newest first.

CREATE TABLE visits (
  id       BLOB PRIMARY KEY,
  seq      INTEGER NOT NULL UNIQUE,
  customer BLOB NOT NULL,                 -- the record's id, whether that has come or not
  actor    TEXT NOT NULL,
  device   TEXT NOT NULL,
  at       INTEGER NOT NULL,              -- check-in by the phone's clock set right, never after it came
  data     TEXT NOT NULL                  -- JSON
) STRICT;

CREATE INDEX visits_customer ON visits (customer, at, id);
CREATE INDEX sales_customer ON sales (customer, occurred_at, id) WHERE customer <> '';
CREATE INDEX records_customer ON records (kind, json_extract(data, '$.customer'), created_at, id) WHERE kind = 'task';
