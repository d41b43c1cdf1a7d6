-- What the driver of a device keeps in mind between two connections, and over a start of the gateway.

CREATE TABLE device_notes (
  device BLOB NOT NULL,
  name   TEXT NOT NULL,
  note   TEXT NOT NULL,
  PRIMARY KEY (device, name)
) STRICT, WITHOUT ROWID;
