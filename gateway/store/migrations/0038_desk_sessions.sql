-- People see and end their own sessions: each has a name that may be shown, and says in a word or two where it is.

ALTER TABLE sessions ADD COLUMN id BLOB NOT NULL DEFAULT x'';
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';  -- such as "Firefox, Windows"; no version

UPDATE sessions SET id = randomblob(16);
