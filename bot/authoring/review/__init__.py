"""What a change of the pack does, and who must agree to it."""
