-- How replication stood: who holds a consumer back, why an entry was not taken, how much waited hour by hour, and
-- how much room a phone has.

ALTER TABLE erp_consumers ADD COLUMN paused_by TEXT NOT NULL DEFAULT '';  -- the name of who paused it
ALTER TABLE erp_consumers ADD COLUMN paused_at INTEGER;

ALTER TABLE erp_receipts ADD COLUMN problem TEXT;                         -- JSON: why it was not taken
ALTER TABLE erp_receipts ADD COLUMN erp_ref TEXT NOT NULL DEFAULT '';     -- what the ERP calls it

CREATE INDEX erp_batches_newest ON erp_batches (consumer, id);

-- The worst of each hour in which the gateway ran; an hour without a row is an hour that nobody saw.
CREATE TABLE erp_lag (
  consumer  TEXT NOT NULL REFERENCES erp_consumers (name),
  hour      INTEGER NOT NULL,             -- its beginning
  waiting   INTEGER NOT NULL,             -- entries yet to be taken
  oldest_ms INTEGER NOT NULL,             -- how long the oldest of them had waited
  held      INTEGER NOT NULL,             -- entries beside the cursor
  PRIMARY KEY (consumer, hour)
) STRICT, WITHOUT ROWID;

ALTER TABLE phones ADD COLUMN storage_used INTEGER;                       -- bytes, as the phone says
ALTER TABLE phones ADD COLUMN storage_quota INTEGER;
