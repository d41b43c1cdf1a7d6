"""Pure foundations: time, ids, problems, sealing, and what names, places and codes mean."""
