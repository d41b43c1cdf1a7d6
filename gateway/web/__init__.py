"""The Flask application: guard, errors, pages and the record, fact and operations routes."""
