"""`constellation share`: one module a verb."""
