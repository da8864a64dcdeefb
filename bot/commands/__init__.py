"""The verbs of the command line, one module each: options in, a room's function called, an exit status out."""
