"""What of ours becomes what at an ERP, told by a file: reading it, and rendering entries by it."""
