-- A phone that leaves hands over what it holds, one that is lost only hears that it is to be emptied.
-- Those that were put out before, unpaired or paired anew have neither order.

ALTER TABLE paired_phones ADD COLUMN leaving TEXT NOT NULL DEFAULT '' CHECK (leaving IN ('', 'retire', 'lose'));
ALTER TABLE paired_phones ADD COLUMN wiped_at INTEGER;     -- when the phone said that it is empty
ALTER TABLE paired_phones ADD COLUMN wiped_unsent INTEGER; -- entries and drafts that went with it, as it said

CREATE INDEX paired_phones_device ON paired_phones (device);
