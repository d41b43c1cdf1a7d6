"""Pushing by a mapping: one engine over the line to any ERP."""
