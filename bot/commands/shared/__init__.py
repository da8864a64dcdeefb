"""What several commands have in common: options, output, and what a start needs."""
