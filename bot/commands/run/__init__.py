"""`constellation run`: one module a channel."""
