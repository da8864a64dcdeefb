"""The finder: typed words to topics, emergency cards and places. Pure."""
