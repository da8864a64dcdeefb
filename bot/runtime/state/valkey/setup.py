"""How a Valkey server is set up: whether it could write down what passes through it."""

from __future__ import annotations

import re
from typing import Any, Final

SETTINGS: Final = ("save", "appendonly", "slowlog*", "commandlog*")
_RUN_ID: Final = re.compile(r"^run_id:(\w+)", re.MULTILINE)
_UPTIME: Final = re.compile(r"^uptime_in_seconds:(\d+)", re.MULTILINE)
_LOGS: Final = (
    ("slowlog-log-slower-than", "slowlog-max-len", "slow_log"),
    ("commandlog-execution-slower-than", "commandlog-slow-execution-max-len", "slow_log"),
    ("commandlog-request-larger-than", "commandlog-large-request-max-len", "command_log"),
    ("commandlog-reply-larger-than", "commandlog-large-reply-max-len", "command_log"),
)


def fault_of(settings: dict[str, str]) -> str:
    """Why a server with these settings must not be used, "" where it may: "snapshots" or "append_only" (it writes on a disk),
    "slow_log" or "command_log" (it keeps commands with what they carry), "unseen" (it does not say)."""
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


def settings_of(answer: Any) -> dict[str, str]:
    """What a server answered to CONFIG GET, as words: a flat list, or a mapping where the client has made one of it."""
    pairs = answer.items() if isinstance(answer, dict) else zip(answer[::2], answer[1::2], strict=False)
    return {_text(name): _text(value) for name, value in pairs}


def run_id_of(answer: Any) -> bytes:
    """The run's name in what a server answered to INFO; b"" where there is none."""
    found = _RUN_ID.search(_text(answer))
    return found[1].encode() if found else b""


def uptime_of(answer: Any) -> int:
    """For how many seconds the server runs, in what it answered to INFO; 0 where it does not say."""
    found = _UPTIME.search(_text(answer))
    return int(found[1]) if found else 0


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
