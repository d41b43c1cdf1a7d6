"""Everything that replicates: phones and the ERP."""
