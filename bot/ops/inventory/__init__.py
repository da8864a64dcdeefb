"""What exists in a running deployment: every field of the code's own types, and what each would tell whoever takes it."""
