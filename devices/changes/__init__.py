"""What people decide about devices that stays: leaving, another's place, and who did what when."""
