"""When a round of pushing may begin, what ends it, and what it leaves out."""
