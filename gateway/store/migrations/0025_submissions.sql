-- What forms outside the house have sent, and which record each of their own customers has become. What a sender calls
-- itself is the name of its token, so that a new token under the same name goes on where the old one ended. Ids and keys
-- stand here as keyed digests only: people put e-mail addresses into them.

CREATE TABLE submissions (
  source      TEXT NOT NULL,
  id          BLOB NOT NULL,
  said        BLOB NOT NULL,               -- keyed digest of all of it
  received_at INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX submissions_received ON submissions (source, received_at);

CREATE TABLE submission_keys (
  source    TEXT NOT NULL,
  kind      TEXT NOT NULL,
  key       BLOB NOT NULL,
  record    BLOB NOT NULL,
  operation BLOB NOT NULL,                 -- its last word, which the next one is built on
  PRIMARY KEY (source, kind, key)
) STRICT, WITHOUT ROWID;
