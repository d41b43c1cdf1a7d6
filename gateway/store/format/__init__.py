"""The format of a database file and of the log beside it: bytes that need no SQLite to be read."""
