"""Telling people who are not looking that something is wrong."""
