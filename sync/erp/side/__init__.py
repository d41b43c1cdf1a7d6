"""The ERP side as a whole: everything of it built and connected, and all its routes."""
