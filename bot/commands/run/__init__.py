"""`constellation run`: a verb for each channel that is served, all made by one module."""
