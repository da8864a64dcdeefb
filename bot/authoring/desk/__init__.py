"""The desk: a local web app that shows every screen and changes one file at a time."""
