"""Devices made of software, on real transports: for the demo, for trying things out, for tests."""
