"""What peers use to write, check, review and exchange the pack."""
