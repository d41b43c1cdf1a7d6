-- Files of visits and customers: how far each has come, and what it belongs to. Its bytes lie sealed beside the database.

CREATE TABLE attachments (
  id           BLOB PRIMARY KEY,          -- SHA-256 of the file
  size         INTEGER NOT NULL,
  type         TEXT NOT NULL,             -- media type, as its first bytes say
  key_id       TEXT NOT NULL,             -- what its blocks are sealed with
  received     INTEGER NOT NULL,          -- bytes from the beginning that are on the disk
  touched_at   INTEGER NOT NULL,
  completed_at INTEGER                    -- when all of it was here and had the right hash
) STRICT, WITHOUT ROWID;

CREATE INDEX attachments_unfinished ON attachments (touched_at) WHERE completed_at IS NULL;

CREATE TABLE attachment_links (
  kind    TEXT NOT NULL,                  -- customer | visit
  subject BLOB NOT NULL,                  -- its id, whether it has come or not
  file    BLOB NOT NULL,
  purpose TEXT NOT NULL,                  -- photo | card | document
  actor   TEXT NOT NULL,                  -- who brought it
  at      INTEGER NOT NULL,
  PRIMARY KEY (kind, subject, file, actor)
) STRICT, WITHOUT ROWID;

CREATE INDEX attachment_links_file ON attachment_links (file);
CREATE INDEX attachment_links_actor ON attachment_links (actor, file);
