"""How a Valkey server is set up: whether it could write down what passes through it."""

from __future__ import annotations

from typing import Any, Final

SETTINGS: Final = ("save", "appendonly", "slowlog*", "commandlog*")
_LOGS: Final = (
    ("slowlog-log-slower-than", "slowlog-max-len", "slow_log"),
    ("commandlog-execution-slower-than", "commandlog-slow-execution-max-len", "slow_log"),
    ("commandlog-request-larger-than", "commandlog-large-request-max-len", "command_log"),
    ("commandlog-reply-larger-than", "commandlog-large-reply-max-len", "command_log"),
)


async def setup_fault(client: Any, refused: type[Exception]) -> str:
    """Why the server must not be used, "" where it may: "snapshots" or "append_only" (it writes on a disk), "slow_log" or
    "command_log" (it keeps commands with what they carry), "unseen" (it does not say). `refused`: what the client raises where
    the server answers that it will not."""
    try:
        found = await client.config_get(*SETTINGS)
    except refused:
        return "unseen"
    return fault_of({str(_text(name)): str(_text(value)) for name, value in found.items()})


def fault_of(settings: dict[str, str]) -> str:
    """The same for settings that were read."""
    if "save" not in settings or "appendonly" not in settings:
        return "unseen"
    if settings["save"].strip():
        return "snapshots"
    if settings["appendonly"] != "no":
        return "append_only"
    for above, length, why in _LOGS:
        if settings.get(above, "-1") != "-1" and settings.get(length, "1") != "0":
            return why
    return ""


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
