"""What comes in from an ERP: read behind a cursor, merged into our records like anyone's word."""
