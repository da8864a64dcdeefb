"""What lies around the words and can give an editor away: pictures in the folder, addresses in the history. Read once, here."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from bot.book import LINK, files_in

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif")
_MOST = 20 * 1024 * 1024
_TEXTS = (".txt", ".odt", ".doc", ".docx", ".rtf", ".pages")
"""What editors make of a file when it is saved in their own way."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that touched the folder: its short name, the addresses of who made it, one file that it changed."""

    name: str
    emails: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True)
class LintContext:
    """`pictures`: path (as in a snapshot) to bytes. `commits`: the newest first. `strays`: files of words that are not read, for
    how their names end."""

    pictures: Mapping[str, bytes] = field(default_factory=dict)
    commits: tuple[Commit, ...] = ()
    strays: tuple[str, ...] = ()


def _commits(content: Path) -> tuple[Commit, ...]:
    """The history of the folder; empty where there is no git, no repository or no commit."""
    words = ["git", "-C", str(content), "log", "--relative", "--format=%x00%h%x01%ae%x01%ce", "--name-only", "--", "."]
    try:
        done = subprocess.run(words, capture_output=True)
    except OSError:
        return ()
    found = []
    for entry in done.stdout.decode("utf-8", "replace").split("\0")[1:] if done.returncode == 0 else ():
        head, _, names = entry.partition("\n")
        name, author, committer = head.split("\1")
        files = [line for line in names.splitlines() if line]
        emails = tuple(dict.fromkeys((author.strip(), committer.strip())))
        found.append(Commit(name, emails, f"content/{files[0]}" if files else "content"))
    return tuple(found)


def _strays(inner: PurePosixPath) -> bool:
    """Whether somebody meant a file to be read: `pep.yaml.txt`, `pep.YAML`, a document of a word processor."""
    name = inner.name
    return name.lower().endswith(_TEXTS) or (name.lower().endswith((".yaml", ".yml")) and not name.endswith((".yaml", ".yml")))


def look_around(content: Path) -> LintContext:
    """The pictures below a content folder and the history that its repository keeps of it."""
    found = files_in(content, lambda inner: inner.suffix.lower() in PICTURES, _MOST)
    pictures = {f"content/{inner}": data for inner, data in found.items() if data != LINK}
    strays = files_in(content, _strays, read=lambda _: b"")
    return LintContext(pictures, _commits(content), tuple(f"content/{inner}" for inner, data in strays.items() if data != LINK))
