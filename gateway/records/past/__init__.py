"""What happened to a record: history, provenance, and bringing earlier values back."""
