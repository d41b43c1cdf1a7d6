-- Records that became one: the alias stays as a row, and each merge keeps what it takes to undo it.

ALTER TABLE records ADD COLUMN alias_of BLOB;   -- the record it was merged into; null for one that stands by itself

CREATE INDEX records_aliases ON records (alias_of) WHERE alias_of IS NOT NULL;
CREATE INDEX records_gone ON records (kind, seq) WHERE alias_of IS NOT NULL;
-- A checksum covers only records that stand by themselves, and still reads no data.
DROP INDEX records_checksum;
CREATE INDEX records_checksum ON records (kind, id, version, territory, owner, alias_of);

CREATE TABLE record_merges (
  id            BLOB PRIMARY KEY,
  kind          TEXT NOT NULL,
  record        BLOB NOT NULL,             -- that stays
  alias         BLOB NOT NULL,             -- that became its alias
  version       INTEGER NOT NULL,          -- of the record that stays, as the merge made it
  alias_version INTEGER NOT NULL,
  choices       TEXT NOT NULL,             -- JSON: place to kept | other | both, as a person chose
  elements      TEXT NOT NULL,             -- JSON: group to the alias' element ids to those in the record that stays
  conflicts     TEXT NOT NULL,             -- JSON: ids of those that moved, each with its old place and base
  pairs         TEXT NOT NULL,             -- JSON: records that the alias was said not to be
  operation     BLOB NOT NULL,
  actor         TEXT NOT NULL,
  actor_name    TEXT NOT NULL,
  approver_name TEXT NOT NULL,
  at            INTEGER NOT NULL,
  undone_by     TEXT NOT NULL,
  undone_name   TEXT NOT NULL,
  undone_at     INTEGER,
  undone_version INTEGER                  -- of the record that stays, as the undoing made it
) STRICT, WITHOUT ROWID;

CREATE INDEX record_merges_record ON record_merges (record, version);
CREATE INDEX record_merges_alias ON record_merges (alias);
CREATE INDEX record_merges_kind ON record_merges (kind, at);

-- Merges that wait for a second person, by the record that would become an alias.
CREATE INDEX record_proposals_merge ON record_proposals (json_extract(proposed, '$.alias'))
  WHERE field = '@merge' AND state = 'open';
