"""The ways a talk travels, one package or module each."""
