"""What keeps a bot going: its content, signatures, health and state."""
