"""`constellation trust`: one module a verb."""
