"""Triage: hears danger, and the paths that words open, by what a sentence means: an encoder, fitted heads, limits."""
