"""Backups: one encrypted file that brings a whole gateway back, and the proof that it does."""
