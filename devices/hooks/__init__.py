"""Where other services deliver what they have to say."""
