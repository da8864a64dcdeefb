"""What `constellation check` looks for, one rule a module. Each module has `RULES`; the registry gathers them."""
