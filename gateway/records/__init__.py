"""The records engine: its doors stand here, its rooms below."""
