-- Facts that stand side by side in the journal and in a batch are one row until one of them is
-- answered by itself: a batch that is answered with one word is written with a few rows.

ALTER TABLE erp_receipts ADD COLUMN last_seq INTEGER NOT NULL DEFAULT 0;  -- of the facts from seq on that it stands for
UPDATE erp_receipts SET last_seq = seq;
