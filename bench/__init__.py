"""Measurements of the promises that are numbers, next to programs that people would otherwise use."""
