"""Tryton 8, over its REST interface."""
