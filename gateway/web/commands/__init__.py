"""The command line, and what answers it in the running gateway."""
