"""The kinds of keys that a shared Valkey holds, read from the program."""

from __future__ import annotations


def valkey_keys() -> tuple[str, ...]:
    """Each kind, as `valkey:PREFIX`."""
    from bot.runtime.state.valkey import keys

    found = [value for name, value in vars(keys).items() if name.isupper() and isinstance(value, bytes)]
    return tuple(f"valkey:{value.decode()}" for value in found)
