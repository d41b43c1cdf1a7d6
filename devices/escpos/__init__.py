"""ESC/POS, the language of receipt printers: written and read. Pure."""
