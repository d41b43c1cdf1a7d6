"""Facts: what happened, accepted once and never changed."""
