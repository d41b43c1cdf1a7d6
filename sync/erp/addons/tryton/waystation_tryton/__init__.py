"""The Tryton module ``waystation``."""
