"""The talk on Signal, through signal-cli's JSON-RPC daemon: one message a screen, numbers and short words for choices."""
