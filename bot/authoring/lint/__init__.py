"""What `constellation content check` looks for, and what runs it."""
