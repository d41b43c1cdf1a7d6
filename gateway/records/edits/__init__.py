"""How an edit reaches a record: three-way merge, conflicts, proposals and the write itself."""
