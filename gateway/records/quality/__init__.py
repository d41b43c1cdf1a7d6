"""How good records are, what is to be mended, and putting them into today's form."""
