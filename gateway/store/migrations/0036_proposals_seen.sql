-- When a proposal was last seen, so that what passed by on the network once does not stay for ever.

ALTER TABLE device_proposals ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE device_proposals SET seen_at = proposed_at;
