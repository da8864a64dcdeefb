"""What `constellation content check` looks for, one rule a module. Each module has a `RULE`; the registry gathers them."""
