-- A phone that is retired hands over what it holds and then empties itself; one that is lost is told to do that at once.

ALTER TABLE paired_phones ADD COLUMN emptied_at INTEGER;  -- it said so; a lost one was told to
ALTER TABLE paired_phones ADD COLUMN lost_at INTEGER;

-- The key of whatever was retired before stays worth nothing.
UPDATE paired_phones SET emptied_at = retired_at WHERE retired_at IS NOT NULL;
