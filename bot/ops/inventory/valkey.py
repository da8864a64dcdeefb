"""The kinds of keys that a shared Valkey holds, read from the program."""

from __future__ import annotations


def valkey_keys() -> tuple[str, ...]:
    """Each kind, as `valkey:PREFIX`."""
    from bot.runtime.state import valkey_sessions

    found = [value for name, value in vars(valkey_sessions).items() if name.isupper() and isinstance(value, bytes)]
    return tuple(f"valkey:{value.decode()}" for value in found)
