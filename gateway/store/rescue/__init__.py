"""What is left of a damaged database: read page by page, and given a new life."""
