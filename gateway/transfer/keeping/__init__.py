"""What is kept of an import: its book, its sealed files, its results."""
