"""What columns and values mean: guessing, mapping, building records (pure)."""
