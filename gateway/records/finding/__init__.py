"""What records are found by: the index, its upkeep and the search."""
