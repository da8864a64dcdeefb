"""Changes to the pack's files: one value, no other byte."""
