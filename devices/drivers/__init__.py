"""One driver a file; each turns a device into frames of bytes."""
