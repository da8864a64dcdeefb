"""Talks with the bot from outside, as a person would, and says which step failed."""
