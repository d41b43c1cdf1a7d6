"""What an ERP that pulls asks for, and the forms in which it gets it."""
