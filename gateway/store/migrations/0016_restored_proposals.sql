-- Which version a proposal brings back a value of; null where it brings back none.
ALTER TABLE record_proposals ADD COLUMN restored_from INTEGER;
