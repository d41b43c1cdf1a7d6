"""Measurements of the promises that are numbers, next to what people would otherwise use."""
