"""Entries posted to any HTTP endpoint as signed CloudEvents."""
