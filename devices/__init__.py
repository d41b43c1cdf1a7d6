"""Everything that is plugged in: discovery, drivers, supervision and intake."""
