"""Talks as tests: recorded, and played against the engine."""
