"""Measures how danger is heard: curves of emergencies, near-misses and everyday requests over the limits of the heads."""
