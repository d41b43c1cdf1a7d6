-- Whose word an edit and a contested value are: by which channel it came, and when it was said.

ALTER TABLE record_edits ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE record_edits ADD COLUMN actor_name TEXT NOT NULL DEFAULT '';
ALTER TABLE record_edits ADD COLUMN device TEXT NOT NULL DEFAULT '';
-- Empty, and 0, for edits from before they were kept.
ALTER TABLE record_edits ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE record_edits ADD COLUMN said_at INTEGER NOT NULL DEFAULT 0;

ALTER TABLE record_conflicts ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE record_conflicts ADD COLUMN said_at INTEGER NOT NULL DEFAULT 0;
-- rank | newest: a rule of survivorship keeps this value out; empty where two people's changes clash
ALTER TABLE record_conflicts ADD COLUMN rule TEXT NOT NULL DEFAULT '';
