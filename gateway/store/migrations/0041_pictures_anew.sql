-- Pictures are drawn anew once all of them is here: what is kept has a hash and a size of its own, beside those of what
-- was sent. What came before is kept as it was sent.

ALTER TABLE attachments ADD COLUMN kept_hash BLOB;     -- SHA-256 of what lies here; NULL until it is complete
ALTER TABLE attachments ADD COLUMN kept_size INTEGER;

UPDATE attachments SET kept_hash = id, kept_size = size WHERE completed_at IS NOT NULL;

-- What has not come yet lies in another folder from now on, and begins anew there.
UPDATE attachments SET received = 0 WHERE completed_at IS NULL;
