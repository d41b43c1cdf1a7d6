"""The records engine: fields, patches, merges, history, duplicates and views."""
