-- Which versions brought an earlier one back, who found a record right, and how good each one is.

CREATE TABLE record_restored (
  record  BLOB NOT NULL,
  version INTEGER NOT NULL,
  source  INTEGER NOT NULL,               -- the version whose values it brought back
  PRIMARY KEY (record, version)
) STRICT, WITHOUT ROWID;

-- "I have checked this": a person looked at a whole record and found it right.
CREATE TABLE record_checks (
  id         BLOB PRIMARY KEY,            -- the journal entry it came with
  record     BLOB NOT NULL,
  version    INTEGER NOT NULL,            -- that was looked at
  actor      TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  device     TEXT NOT NULL,
  channel    TEXT NOT NULL,
  at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX record_checks_record ON record_checks (record, at);

-- How good a record is, as of one of its versions: worked out in the background from its data.
CREATE TABLE record_quality (
  record    BLOB PRIMARY KEY,
  kind      TEXT NOT NULL,
  version   INTEGER NOT NULL,             -- that was judged
  territory TEXT NOT NULL,
  owner     TEXT NOT NULL,
  score     INTEGER NOT NULL,             -- 0..100
  seen_at   INTEGER NOT NULL,             -- last found right, or else created
  due       INTEGER NOT NULL,             -- whether somebody should look at it again
  worth     INTEGER NOT NULL,             -- points that mending all of it brings; 0 where nothing is to be done
  findings  TEXT NOT NULL                 -- JSON: [{"field", "code", "params", "weight"}]
) STRICT, WITHOUT ROWID;

CREATE INDEX record_quality_all ON record_quality (kind, worth DESC, record) WHERE worth > 0;
CREATE INDEX record_quality_territory ON record_quality (kind, territory, worth DESC, record) WHERE worth > 0;
CREATE INDEX record_quality_owner ON record_quality (kind, owner, worth DESC, record) WHERE worth > 0;
CREATE INDEX record_quality_due ON record_quality (kind, worth DESC, record) WHERE due = 1;
CREATE INDEX record_quality_seen ON record_quality (kind, due, seen_at);

-- How far the records of a kind have been judged, and by which standard.
CREATE TABLE quality_progress (
  kind     TEXT PRIMARY KEY,
  seq      INTEGER NOT NULL,              -- journal entry up to which changed records were judged
  standard TEXT NOT NULL                  -- the kind's declaration of it; another one judges all anew
) STRICT, WITHOUT ROWID;
