"""Where something stands in a directory's file, and faults that say it: `referrals.json $[3].phones[0].number`."""

from __future__ import annotations

from bot.book import Fault, Path, Severity

EXTENSION = "x_constellation"
"""The one property of ours that a service carries beside those of HSDS."""
VERSION = "1"
"""The version of what stands in it. A reader refuses one that it does not know."""


def spot(at: Path) -> str:
    """A place as a JSON path: `$[3].phones[0].number`."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at)


def fault(file: str, at: Path, code: str, what: str, fix: str, why: str = "", severity: Severity = "error") -> Fault:
    """A fault of a directory's file. Its lines say nothing to people, so that it has none: the path is in `file`."""
    return Fault(f"{file} {spot(at)}", 0, 0, code, what, why, fix, severity)


def said(found: Fault) -> str:
    """A fault on one line: of a directory's file by its path, of a file of the pack by its line."""
    if found.line:
        return str(found)
    words = " ".join(part for part in (found.what, found.why, found.fix) if part)
    return f"{found.file}  {found.code}  {words}"
