-- Records: the newest state of each, all versions for ever, and what waits for a person.

CREATE TABLE records (
  id           BLOB PRIMARY KEY,
  kind         TEXT NOT NULL,
  version      INTEGER NOT NULL,
  number       TEXT NOT NULL,             -- official number, given once
  territory    TEXT NOT NULL,
  owner        TEXT NOT NULL,             -- actor who created it
  sort         TEXT NOT NULL,             -- folded title
  data         TEXT NOT NULL,             -- canonical JSON, sealed fields sealed
  stage        TEXT NOT NULL,             -- at_gateway | taken | accepted | rejected
  stage_detail TEXT,
  conflicts    INTEGER NOT NULL,          -- open ones
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  seq          INTEGER NOT NULL           -- newest journal entry about it: where the feed shows it
) STRICT;

CREATE INDEX records_list ON records (kind, sort, id);
CREATE INDEX records_feed ON records (kind, seq);
-- Answers a checksum without touching the data, which is a hundred times larger.
CREATE INDEX records_checksum ON records (kind, id, version, territory, owner);

CREATE TABLE record_versions (
  record     BLOB NOT NULL,
  version    INTEGER NOT NULL,
  data       TEXT NOT NULL,
  operation  BLOB NOT NULL,               -- the journal entry it came from
  actor      TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  device     TEXT NOT NULL,
  at         INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  PRIMARY KEY (record, version)
) STRICT, WITHOUT ROWID;

-- What each edit changed, as its author saw it: the base of the same device's next one.
CREATE TABLE record_edits (
  operation    BLOB PRIMARY KEY,
  record       BLOB NOT NULL,
  base_version INTEGER NOT NULL,
  base_op      BLOB,
  version      INTEGER NOT NULL,          -- of the record afterwards
  clashed      INTEGER NOT NULL,
  patch        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX record_edits_record ON record_edits (record, version);

CREATE TABLE record_conflicts (
  id         BLOB PRIMARY KEY,
  record     BLOB NOT NULL,
  kind       TEXT NOT NULL,
  field      TEXT NOT NULL,               -- place in the record, parts joined by dots
  base       TEXT NOT NULL,               -- JSON, null for nothing
  current    TEXT NOT NULL,
  proposed   TEXT NOT NULL,
  operation  BLOB NOT NULL,               -- the edit that proposed it
  actor      TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  device     TEXT NOT NULL,
  at         INTEGER NOT NULL,
  state      TEXT NOT NULL,               -- open | current | proposed | agreed | withdrawn | settled | moot
  decided_by TEXT NOT NULL,
  decided_at INTEGER
) STRICT;

CREATE INDEX record_conflicts_record ON record_conflicts (record, state);
CREATE INDEX record_conflicts_state ON record_conflicts (state, at);

-- Where a record has been: a phone of that territory is told to let it go.
CREATE TABLE record_departures (
  record    BLOB NOT NULL,
  territory TEXT NOT NULL,
  kind      TEXT NOT NULL,
  seq       INTEGER NOT NULL,
  PRIMARY KEY (record, territory)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_departures_feed ON record_departures (territory, seq);

-- Folded texts that typing a part finds; personal ones apart, for roles that see them in clear.
-- They lie in the order of the list, so that a search reads them in one sweep and stops when its page is full.
CREATE TABLE record_search (
  kind     TEXT NOT NULL,
  sort     TEXT NOT NULL,
  record   BLOB NOT NULL,
  business TEXT NOT NULL,
  personal TEXT NOT NULL,
  PRIMARY KEY (kind, sort, record)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_search_record ON record_search (record);

-- Exact keys that a kind declares, such as the GTINs of a product.
CREATE TABLE record_keys (
  kind   TEXT NOT NULL,
  name   TEXT NOT NULL,
  value  TEXT NOT NULL,
  record BLOB NOT NULL,
  PRIMARY KEY (kind, name, value, record)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_keys_record ON record_keys (record);

-- The last official number of each kind, and the life of the database it was given in.
CREATE TABLE record_numbers (
  kind  TEXT PRIMARY KEY,
  last  INTEGER NOT NULL,
  epoch TEXT NOT NULL
) STRICT, WITHOUT ROWID;
