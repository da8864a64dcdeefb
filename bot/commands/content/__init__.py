"""`constellation content`: one module a verb."""
