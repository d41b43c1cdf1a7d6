"""Backups by the clock and on the console."""
