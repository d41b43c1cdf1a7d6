"""What a device is told to do, and asked, from outside the house."""
