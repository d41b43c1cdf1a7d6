"""The routes of facts, people, pages and the house itself."""
