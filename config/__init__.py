"""Settings: their schema, their defaults and the loader that run.py calls."""
