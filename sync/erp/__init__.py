"""Batches, receipts and inbound changes between the gateway and the ERP."""
