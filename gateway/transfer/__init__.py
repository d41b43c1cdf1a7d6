"""What comes in and goes out as files: reading, mapping, running an import, writing an export."""
