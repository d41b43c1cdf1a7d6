-- A consumer that pulls says what it has a use for, and where several workers take for it, a batch
-- is one worker's for a while.

ALTER TABLE erp_consumers ADD COLUMN takes TEXT;                          -- JSON list; NULL is everything
ALTER TABLE erp_batches ADD COLUMN leased_to TEXT NOT NULL DEFAULT '';    -- a worker's name; empty: nobody's
ALTER TABLE erp_batches ADD COLUMN leased_until INTEGER NOT NULL DEFAULT 0;
