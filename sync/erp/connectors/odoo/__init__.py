"""Odoo, over JSON-RPC (11 to 20) and JSON-2 (19 and later)."""
