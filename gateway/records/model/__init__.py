"""What a kind declares, and the rules that follow from it: pure, without a database."""
