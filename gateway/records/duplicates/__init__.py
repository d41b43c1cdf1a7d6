"""Records that may be one: finding them, deciding about them, merging them and undoing it."""
