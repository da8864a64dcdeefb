"""Every figure in docs/figures.md comes from here: `python -m benchmarks` runs all, `python -m benchmarks.NAME` one."""
