"""How long personal data is kept: what is over its time, what holds it back, and letting it go."""
