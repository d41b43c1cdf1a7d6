"""Many gateways as one fleet: their journals in a stream, landed in one database."""
