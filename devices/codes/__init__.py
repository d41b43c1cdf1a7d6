"""What a code says: from a frame of bytes to a reading. Pure."""
