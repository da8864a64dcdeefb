"""Everything that can be printed is one of a closed list of events with numbers; no text ever gets out.

A line is `kind key=number key=number`. Faults add the class of the exception and our own file and line. Whatever else
would print (libraries, warnings, tracebacks, unraisable exceptions) is reduced to that form.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final

KINDS: Final = frozenset(
    {
        *("started", "stopping", "stopped", "reloaded", "health_red", "health_green", "counts", "check"),
        *("fault", "library", "warning", "stray", "setup_failed"),
        *("poll_failed", "poll_back", "parked", "dropped", "poison", "refused", "group_left", "gave_up"),
    }
)
KEYS: Final = frozenset(
    {
        *("n", "ok", "code", "level", "seconds", "age", "bytes", "updates", "answered", "poison", "parked", "dropped"),
        *("superseded", "pending", "retries", "faults", "plain", "doubtful", "gave_up", "slowed", "groups", "lanes"),
        *("forgotten", "late", "sessions"),
    }
)
_LIBRARIES: Final = frozenset(
    {"httpx", "httpcore", "telegram", "asyncio", "aiohttp", "uvicorn", "starlette", "concurrent", "valkey"}
)
_ROOT: Final = Path(__file__).resolve().parents[1]

Write = Callable[[str], object]


def _to_stdout(line: str) -> None:
    os.write(1, line.encode("ascii", "replace"))


_write: Write = _to_stdout


def say(kind: str, **numbers: float) -> None:
    """Prints one event. Raises `ValueError` (without its content) for a kind, key or value outside the grammar."""
    _write(line_of(kind, **numbers) + "\n")


def line_of(kind: str, **numbers: float) -> str:
    """The line that `say` prints."""
    if kind not in KINDS or not numbers.keys() <= KEYS:
        raise ValueError("outside the log's grammar")
    parts = [kind]
    for key, value in numbers.items():
        if type(value) not in (int, float, bool):
            raise ValueError("outside the log's grammar")
        parts.append(f"{key}={round(value, 3):g}" if isinstance(value, float) else f"{key}={int(value)}")
    return " ".join(parts)


def fault(error: BaseException | type[BaseException] | None, kind: str = "fault") -> None:
    """Prints the class of `error` and the innermost line of ours it passed through. Never its text."""
    found = error if isinstance(error, type) else type(error) if error is not None else None
    trace = error.__traceback__ if isinstance(error, BaseException) else None
    _write(f"{kind if kind in KINDS else 'fault'} error={_class_name(found)} at={_place(trace)}\n")


def _class_name(found: type | None) -> str:
    """A class's name, if it is one that code gave: an identifier of plain letters."""
    name = found.__name__ if found is not None else "none"
    return name if name.isascii() and name.isidentifier() and len(name) <= 40 else "other"


def _place(trace: TracebackType | None) -> str:
    place = "outside:0"
    while trace is not None:
        place = _ours(trace.tb_frame.f_code.co_filename, trace.tb_lineno) or place
        trace = trace.tb_next
    return place


def _ours(filename: str, line: int) -> str:
    try:
        return f"{_ROOT.name}/{Path(filename).resolve().relative_to(_ROOT).as_posix()}:{line}"
    except (ValueError, OSError):
        return ""


class SilentHandler(logging.Handler):
    """Reduces a log record of any library to: which library, the level, the exception's class, our file and line."""

    def emit(self, record: logging.LogRecord) -> None:
        """Prints the reduced record; the message and its arguments are not even put together."""
        origin = record.name.partition(".")[0]
        error = record.exc_info[0] if record.exc_info else None
        trace = record.exc_info[2] if record.exc_info else None
        at = _place(trace) if trace else _ours(record.pathname, record.lineno) or "outside:0"
        name = origin if origin in _LIBRARIES else "other"
        _write(f"library from={name} level={int(record.levelno)} error={_class_name(error)} at={at}\n")


class Sink:
    """Stands where stdout and stderr were: counts what would have been printed, and drops it."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self) -> None:
        self.dropped = 0

    def write(self, text: str) -> int:
        """Drops `text`, and says once that something tried to print."""
        if not self.dropped:
            say("stray", bytes=len(text))
        self.dropped += len(text)
        return len(text)

    def flush(self) -> None:
        """Nothing to do."""

    def isatty(self) -> bool:
        """Never a terminal."""
        return False

    def fileno(self) -> int:
        """There is no file."""
        raise OSError


def install(write: Write | None = None) -> Callable[[], None]:
    """Silences the whole process; gives a function that undoes it. `write` gets each line (default: descriptor 1)."""
    global _write
    before: dict[str, Any] = {
        "write": _write,
        "root": logging.root.handlers[:],
        "level": logging.root.level,
        "raise": logging.raiseExceptions,
        "last": logging.lastResort,
        "show": warnings.showwarning,
        "hook": sys.excepthook,
        "thread": threading.excepthook,
        "unraisable": sys.unraisablehook,
        "out": sys.stdout,
        "err": sys.stderr,
    }
    _write = write or _to_stdout
    logging.raiseExceptions = False
    logging.lastResort = None
    for logger in [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]:
        logger.handlers.clear()
        logger.propagate = True
        if logger.level and logger.level < logging.WARNING:
            logger.setLevel(logging.WARNING)
    logging.root.handlers[:] = [SilentHandler()]
    logging.root.setLevel(logging.WARNING)
    logging.captureWarnings(False)
    warnings.showwarning = lambda _message, category, *_rest, **_more: fault(category, "warning")
    sys.excepthook = lambda _kind, error, _trace: fault(error)
    threading.excepthook = lambda args: fault(args.exc_value or args.exc_type)
    sys.unraisablehook = lambda args: fault(args.exc_value or args.exc_type)
    sys.stdout, sys.stderr = Sink(), Sink()

    def undo() -> None:
        global _write
        _write = before["write"]
        logging.root.handlers[:] = before["root"]
        logging.root.setLevel(before["level"])
        logging.raiseExceptions = before["raise"]
        logging.lastResort = before["last"]
        warnings.showwarning = before["show"]
        sys.excepthook = before["hook"]
        threading.excepthook = before["thread"]
        sys.unraisablehook = before["unraisable"]
        sys.stdout, sys.stderr = before["out"], before["err"]

    return undo


def attach(loop: asyncio.AbstractEventLoop) -> None:
    """Reduces what the event loop would print about a task's exception."""
    loop.set_exception_handler(lambda _loop, context: fault(context.get("exception")))
    loop.set_debug(False)
