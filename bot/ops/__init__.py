"""What operators use: the probe from outside, the inventory, checks of the host."""
