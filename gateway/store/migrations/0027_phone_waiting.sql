-- What a phone says of its sending: since when its oldest unsent entry waits, by our clock, and how often sending stood
-- still and was started again.

ALTER TABLE phones ADD COLUMN oldest_unsent_at INTEGER;
ALTER TABLE phones ADD COLUMN restarts INTEGER;
