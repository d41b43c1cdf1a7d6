"""What would be sent to an ERP for a real entry, shown before it is sent."""
