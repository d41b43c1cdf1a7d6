"""The kinds of record the gateway keeps, one declaration a file."""
