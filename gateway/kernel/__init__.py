"""Pure foundations: clock, ids, problems, money, codes, canonical JSON and sealing."""
