"""The routes of records: views, edits, history, merges, quality, approvals."""
