-- Where each version came from and who approved it, and guarded changes that wait for a second person.

-- shop | rep | web | import | erp | system; empty for versions from before channels were kept
ALTER TABLE record_versions ADD COLUMN channel TEXT NOT NULL DEFAULT '';
-- The second person's id and name, where a version took one.
ALTER TABLE record_versions ADD COLUMN approver TEXT NOT NULL DEFAULT '';
ALTER TABLE record_versions ADD COLUMN approver_name TEXT NOT NULL DEFAULT '';

-- Who this account belongs to: the id of the same person's first account, or empty.
ALTER TABLE users ADD COLUMN person TEXT NOT NULL DEFAULT '';

CREATE TABLE record_proposals (
  id           BLOB PRIMARY KEY,
  record       BLOB NOT NULL,
  kind         TEXT NOT NULL,
  field        TEXT NOT NULL,             -- place in the record, parts joined by dots
  base         TEXT NOT NULL,             -- JSON, null for nothing; sealed fields sealed
  proposed     TEXT NOT NULL,
  version      INTEGER NOT NULL,          -- of the record the change was proposed against
  hash         TEXT NOT NULL,             -- keyed digest of record, place, version and both values in clear
  reason       TEXT NOT NULL,             -- the proposer's own words
  operation    BLOB NOT NULL,             -- the edit that proposed it
  actor        TEXT NOT NULL,
  actor_name   TEXT NOT NULL,
  person       TEXT NOT NULL,             -- whose account that is
  mender       TEXT NOT NULL,             -- person who mended the edit before it had its effect, or empty
  device       TEXT NOT NULL,
  channel      TEXT NOT NULL,
  at           INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  state        TEXT NOT NULL,             -- open | approved | rejected | withdrawn | expired
  ended        TEXT NOT NULL,             -- why: decided | author | replaced | agreed | moved | expired; empty while open
  decided_by   TEXT NOT NULL,
  decided_name TEXT NOT NULL,
  decided_at   INTEGER,
  answer       TEXT NOT NULL              -- the words of whoever decided
) STRICT;

CREATE INDEX record_proposals_record ON record_proposals (record, state);
CREATE INDEX record_proposals_state ON record_proposals (state, expires_at);
CREATE INDEX record_proposals_operation ON record_proposals (operation);
