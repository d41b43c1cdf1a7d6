"""One ERP connector a file."""
