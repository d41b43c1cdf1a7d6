-- What records are found by: their texts, the pieces these are cut into, and pairs that may be one.

DROP TABLE record_search;

CREATE TABLE record_index (
  doc      INTEGER PRIMARY KEY,
  record   BLOB NOT NULL UNIQUE,
  sort     TEXT NOT NULL,                 -- as in records
  business TEXT NOT NULL,                 -- folded texts, a line each; personal ones apart, for roles that see them in clear
  personal TEXT NOT NULL,
  mark     BLOB NOT NULL,                 -- of its pieces: an edit that changes none of them writes none
  compared INTEGER NOT NULL               -- 0 until its newest version has been looked up for duplicates
) STRICT;

CREATE INDEX record_index_uncompared ON record_index (doc) WHERE compared = 0;

-- Pieces of texts, exact keys and territories, each with a letter of its kind and sort in front. Nothing but
-- row numbers is kept beside them. Merging is asked for by name, in small portions, so that no write is a slow one.
CREATE VIRTUAL TABLE record_tokens USING fts5 (
  tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
INSERT INTO record_tokens (record_tokens, rank) VALUES ('automerge', 0);
INSERT INTO record_tokens (record_tokens, rank) VALUES ('usermerge', 8);
-- A page of the index is to fit into one page of the encrypted file.
INSERT INTO record_tokens (record_tokens, rank) VALUES ('pgsz', 3900);
INSERT INTO record_tokens (record_tokens, rank) VALUES ('crisismerge', 64);

CREATE VIRTUAL TABLE record_terms USING fts5vocab (record_tokens, row);

-- By which rules the records of a kind are indexed, and how far they have been indexed anew by these.
CREATE TABLE record_index_rules (
  kind    TEXT PRIMARY KEY,
  rules   TEXT NOT NULL,
  reached BLOB                            -- the last record done; null when all are
) STRICT, WITHOUT ROWID;

-- Lists of one territory, whatever the others hold.
CREATE INDEX records_territory ON records (kind, territory, sort, id);

-- Two records that may be one. A decision is remembered for ever.
CREATE TABLE duplicate_pairs (
  kind       TEXT NOT NULL,
  one        BLOB NOT NULL,               -- the smaller id
  other      BLOB NOT NULL,
  score      REAL NOT NULL,
  grade      TEXT NOT NULL,               -- same | strong
  reasons    TEXT NOT NULL,               -- JSON: fields and weights, no values
  state      TEXT NOT NULL,               -- open | not_same | merged
  found_at   INTEGER NOT NULL,
  decided_by TEXT NOT NULL,               -- actor; empty while open
  decided_at INTEGER,
  PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;

CREATE INDEX duplicate_pairs_other ON duplicate_pairs (other);
CREATE INDEX duplicate_pairs_state ON duplicate_pairs (state, kind, score, one, other);

-- How far the search for pairs under every shared key has come; begun anew every day.
CREATE TABLE duplicate_sweeps (
  kind     TEXT PRIMARY KEY,
  began_at INTEGER NOT NULL,
  reached  TEXT                           -- the last piece looked at; null when all are
) STRICT, WITHOUT ROWID;
