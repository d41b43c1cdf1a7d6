-- What is plugged in: devices a person has confirmed, and what was found and waits for a decision.

CREATE TABLE attached_devices (
  id             BLOB PRIMARY KEY,
  identity       TEXT NOT NULL UNIQUE,     -- what the device is known by wherever it is plugged in
  driver         TEXT NOT NULL,
  name           TEXT NOT NULL UNIQUE,
  config         TEXT NOT NULL,            -- JSON, what differs from the driver's defaults
  config_version INTEGER NOT NULL,
  enabled        INTEGER NOT NULL DEFAULT 1,
  confirmed_at   INTEGER NOT NULL,
  number         INTEGER NOT NULL DEFAULT 0, -- arrivals counted up to the journal entry beside it
  numbered_seq   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE device_proposals (
  id          BLOB PRIMARY KEY,
  identity    TEXT NOT NULL UNIQUE,
  driver      TEXT NOT NULL,
  ignored     INTEGER NOT NULL DEFAULT 0,
  proposed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
