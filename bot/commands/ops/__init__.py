"""`constellation ops`: one module a verb."""
