"""The tables of records: heads, versions, keys and what stands beside them."""
