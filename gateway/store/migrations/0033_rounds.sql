-- When a connector leaves its ERP alone, what an entry waits for and how often it failed, and the
-- timed jobs as people set them, with what became of their turns.

CREATE TABLE erp_circuits (
  consumer  TEXT PRIMARY KEY REFERENCES erp_consumers (name),
  failures  INTEGER NOT NULL,                  -- in a row
  failed_at INTEGER NOT NULL,
  until     INTEGER NOT NULL                   -- no round before this instant
) STRICT, WITHOUT ROWID;

ALTER TABLE erp_outstanding ADD COLUMN faults INTEGER NOT NULL DEFAULT 0;      -- pushes the connector failed at
ALTER TABLE erp_outstanding ADD COLUMN waits_for TEXT NOT NULL DEFAULT '';     -- a record the ERP must have first

CREATE INDEX erp_outstanding_waits ON erp_outstanding (consumer, waits_for) WHERE waits_for <> '';

CREATE TABLE job_edits (
  job      TEXT PRIMARY KEY,
  every_s  INTEGER,                            -- a pause between turns, or
  cron     TEXT,                               -- five fields in the shop's time; both NULL: as delivered
  jitter_s INTEGER NOT NULL,
  paused   INTEGER NOT NULL,
  edited_by TEXT NOT NULL,
  edited_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE job_turns (
  id       INTEGER PRIMARY KEY,
  job      TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  took_ms  INTEGER NOT NULL,
  outcome  TEXT NOT NULL,                      -- done, idle, held, failed
  asked_by TEXT NOT NULL,                      -- empty: the clock
  counts   TEXT NOT NULL,                      -- JSON: how many of what
  problem  TEXT                                -- JSON
) STRICT;

CREATE INDEX job_turns_job ON job_turns (job, id);
