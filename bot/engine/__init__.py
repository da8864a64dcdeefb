"""The conversation engine: a state and an event in, a turn out. Pure."""
