"""Scanners of a gateway that is locked: known by a copy in clear, captured into a sealed spool."""
