"""What the pack holds, what is due, and what could be done next."""
