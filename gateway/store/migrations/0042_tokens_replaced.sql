-- A token is replaced while it is in use: the one before is good beside it for a while.

ALTER TABLE tokens ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;  -- the one that is in use now
ALTER TABLE tokens ADD COLUMN old_token BLOB;                      -- SHA-256 of the one before
ALTER TABLE tokens ADD COLUMN old_until INTEGER;

UPDATE tokens SET made_at = created_at;
CREATE UNIQUE INDEX tokens_old ON tokens (old_token) WHERE old_token IS NOT NULL;
