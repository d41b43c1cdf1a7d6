"""ERPNext (Frappe), over its REST interface, version 1."""
