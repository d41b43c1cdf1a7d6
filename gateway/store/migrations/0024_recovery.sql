-- What opens a locked phone for whoever has forgotten how: a secret of the phone's own making. It opens nothing without
-- the phone, and the phone opens nothing without it.

CREATE TABLE phone_recoveries (
  id      BLOB PRIMARY KEY,
  user    BLOB NOT NULL REFERENCES users (id),
  device  TEXT NOT NULL,                      -- the phone itself, as its entries name it
  secret  BLOB NOT NULL,                      -- 32 random bytes
  kept_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX phone_recoveries_user ON phone_recoveries (user, device);
