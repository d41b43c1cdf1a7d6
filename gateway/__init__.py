"""The gateway: one process that owns a data folder and answers for it."""
