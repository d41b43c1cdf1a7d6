"""Push and pull between a field rep's phone and the gateway."""
