"""Pictures of every screen, taken of the real app and console in front of a real gateway."""
