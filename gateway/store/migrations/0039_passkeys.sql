-- Passkeys: a person's own key instead of the password at a desk. The gateway keeps the public half.

CREATE TABLE passkeys (
  id         BLOB PRIMARY KEY,
  user       BLOB NOT NULL REFERENCES users (id),
  credential BLOB NOT NULL UNIQUE,            -- what the key calls itself
  data       BLOB NOT NULL,                   -- its public key, as WebAuthn writes it (attested credential data)
  name       TEXT NOT NULL,
  counter    INTEGER NOT NULL,                -- of its last signature; a key that does not count says 0
  added_at   INTEGER NOT NULL,
  used_at    INTEGER                          -- NULL until it was used
) STRICT, WITHOUT ROWID;

CREATE INDEX passkeys_user ON passkeys (user);
