"""Bytes and rows: delimited text, workbooks, JSON Lines, vCards."""
