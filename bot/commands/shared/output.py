"""What commands print: every word of a file, a name or an answer passes the escaper of `bot.book.escaping` on its way out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bot.book import in_json, lines, one_line, write_in


def say(words: object = "") -> None:
    """One line on standard output: what could break the line or command a terminal in it is written out."""
    print(one_line(words), flush=True)


def say_error(words: object) -> None:
    """One line on standard error."""
    print(one_line(words), file=sys.stderr, flush=True)


def say_lines(text: object) -> None:
    """Text whose line breaks are ours: a table, a difference, a file that is shown."""
    print(lines(text), flush=True)


def say_json(value: Any, indent: int | None = None) -> None:
    """A value as JSON, letters as they are, hidden signs as JSON's escapes."""
    print(in_json(json.dumps(value, ensure_ascii=False, indent=indent)), flush=True)


def say_lines_error(text: object) -> None:
    """The same on standard error."""
    print(lines(text), file=sys.stderr, flush=True)


def say_exactly(text: str) -> None:
    """A text that passed the escaper piece by piece, with its own end."""
    print(text, end="", flush=True)


def write_out(path: Path, data: str | bytes) -> None:
    """Writes the file that `--out` and the like name: whole or not at all, so that a full disk leaves what was there. Where the
    name is a link, the file behind it is written; a pipe or a device is written as it comes. Raises OSError."""
    found = data.encode() if isinstance(data, str) else data
    if path.exists() and not path.is_file():
        path.write_bytes(found)
    else:
        whole = path.resolve()
        write_in(whole.parent, whole.name, found)
