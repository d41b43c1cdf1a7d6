"""The encrypted database: one writer, pooled readers, the journal and its migrations."""
