"""Photos and papers of customers and visits: brought in pieces, kept sealed, shown with care."""
