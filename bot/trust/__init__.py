"""Signatures over content, and the signed list of the bot's addresses."""
