"""The state that replicas share, on a Valkey server: each part of `bot.runtime.state` under keys that all run out."""
