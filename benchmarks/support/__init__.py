"""What stands in for Telegram, signal-cli and git hosts: for benchmarks and tests alike. Benchmarks import no test."""
