"""What tills leave in folders: files of rows, read as the facts that they tell (pure)."""
