"""Any ERP with an OData 4 service: what it holds is told by its metadata and a mapping file."""
