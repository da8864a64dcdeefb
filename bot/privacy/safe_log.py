"""Everything that can be printed is one of a closed list of lines (`bot/privacy/log_grammar.py`); no text ever gets out.

Whatever else would print (libraries, warnings, tracebacks, unraisable exceptions, C code) is reduced to that form or dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from bot.privacy.log_grammar import Line, content_line, event_line, fault_line, library_line, parse, refusal_line

__all__ = ["Line", "attach", "content_fault", "fault", "install", "parse", "refuse", "say", "shut"]

_ROOT: Final = Path(__file__).resolve().parents[1]

Write = Callable[[str], object]

_out, _err = 1, 2


def _to_stdout(line: str) -> None:
    """A log that is full or gone is no reason to stop answering."""
    with contextlib.suppress(OSError):
        os.write(_out, line.encode("ascii", "replace"))


_write: Write = _to_stdout


def say(kind: str, **numbers: float) -> None:
    """Prints one event. Raises `ValueError` (without its content) for a kind, key or value outside the grammar."""
    _write(event_line(kind, numbers) + "\n")


def fault(error: BaseException | type[BaseException] | None, kind: str = "fault") -> None:
    """Prints the class of `error` and the innermost line of ours it passed through. Never its text."""
    found = error if isinstance(error, type) else type(error) if error is not None else None
    trace = error.__traceback__ if isinstance(error, BaseException) else None
    _write(fault_line(kind, _class_name(found), _place(trace)) + "\n")


def content_fault(code: str, file: str, line: int) -> None:
    """Prints where the content is wrong, without the words."""
    _write(content_line(code, file, line) + "\n")


def refuse(why: str) -> None:
    """Says on standard error why the bot does not start: one of the grammar's sentences."""
    with contextlib.suppress(OSError):
        os.write(_err, (refusal_line(why) + "\n").encode())


def _class_name(found: type | None) -> str:
    """The name of the nearest class that a module holds under that name: one made on the way could be named after anything."""
    for known in found.__mro__ if found is not None else ():
        if getattr(sys.modules.get(known.__module__), known.__name__, None) is known:
            return str(known.__name__)
    return "none" if found is None else "other"


def _place(trace: TracebackType | None) -> str:
    place = ""
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
        at = _place(trace) if trace else _ours(record.pathname, record.lineno)
        _write(library_line(origin, record.levelno, _class_name(error), at) + "\n")


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


def shut() -> None:
    """Moves the process's own lines to descriptors of their own; 1 and 2, where C code and a dying interpreter write, lead
    nowhere.

    Children inherit the empty ones. A fatal error of the interpreter is seen in the exit status.
    """
    global _out, _err
    _out, _err = _moved(_out), _moved(_err)
    nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _moved(descriptor: int) -> int:
    """A copy that no child inherits; -1, which nothing is written to, where it was closed."""
    with contextlib.suppress(OSError):
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    return -1


def attach(loop: asyncio.AbstractEventLoop) -> None:
    """Reduces what the event loop would print about a task's exception."""
    loop.set_exception_handler(lambda _loop, context: fault(context.get("exception")))
    loop.set_debug(False)
