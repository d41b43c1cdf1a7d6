"""What foreign services send on their own account: who signed it, and what it says. Pure."""
