"""What every request passes: who is calling, may they, does it fit, and in which language."""
