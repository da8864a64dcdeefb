"""Looks for people in bytes: in a process, in its core dump, in files. Knows every form in which the marks could lie there."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

PREFIX = 0x2ABC
"""All ids share their upper bytes, so that one pass finds every one of them."""
_LETTERS = "abcdefghijklmnop"
_KINDS = (b"nm", b"us", b"wd", b"ow")
_MARK = re.compile(b"(?:" + b"|".join(_KINDS) + b")[a-p]{16}")
_DECIMAL = re.compile(rb"469[89][0-9]{10}(?![0-9])|769[89][0-9]{14}(?![0-9])")
_LITTLE = re.compile(rb"\xbc\x2a\0\0")
_BIG = re.compile(rb"\x2a\xbc")
# CPython keeps whole numbers in digits of 30 bits, each in four bytes: another picture of the same id.
_DIGITS = re.compile(rb"[\xf0-\xf3]\xaa\0\0")
_SKIPPED = ("/proc", "/sys", "/dev/pts", "/dev/mqueue")


@dataclass(frozen=True)
class Canary:
    """One person's unique marks. `word`: what they let the bot call what they do; it is kept in the buttons."""

    chat: int
    name: str
    username: str
    sentence: str
    word: str


class Presses:
    """In the place of a server's dice: ids of presses that a search can tell from other numbers."""

    def __init__(self) -> None:
        self.given: set[int] = set()

    def getrandbits(self, _: int) -> int:
        """A new id of 18 digits."""
        self.given.add(found := PREFIX << 46 | secrets.randbelow(1 << 46))
        return found


def canary() -> Canary:
    """New marks, of letters alone: the bot takes no digits in a word."""
    chat = PREFIX << 32 | secrets.randbelow(1 << 32)
    return Canary(chat, *(kind.decode() + "".join(secrets.choice(_LETTERS) for _ in range(16)) for kind in _KINDS))


@dataclass(frozen=True)
class Found:
    """Every mark that lies in some bytes, whoever it belongs to."""

    words: frozenset[bytes]
    ids: frozenset[int]

    def of(self, people: Collection[Canary]) -> dict[str, int]:
        """How many of `people` have a mark of each kind among these."""
        return {
            "texts": sum(one.sentence.encode() in self.words for one in people),
            "own_words": sum(one.word.encode() in self.words for one in people),
            "names": sum(one.name.encode() in self.words for one in people),
            "usernames": sum(one.username.encode() in self.words for one in people),
            "ids": sum(one.chat in self.ids for one in people),
        }


def search(where: bytes) -> Found:
    """The marks in `where`. Texts are looked for in UTF-8 (also as JSON and within tokens), UTF-16 and UTF-32, ids in decimal
    (all three), in binary (both orders) and as CPython's own whole numbers."""
    narrow = where.translate(None, b"\0")  # UTF-16 and UTF-32 of such signs are the same bytes with zeros between
    words = {mark for text in (where, narrow) for mark in _MARK.findall(text)}
    ids = {int(run) for text in (where, narrow) for run in _DECIMAL.findall(text)}
    ids |= {int.from_bytes(where[max(0, at.start() - 4) : at.end()], "little") for at in _LITTLE.finditer(where)}
    ids |= {int.from_bytes(where[at.start() : at.start() + 6], "big") for at in _BIG.finditer(where)}
    for at in _DIGITS.finditer(where):
        low = where[max(0, at.start() - 4) : at.start()]
        ids.add(int.from_bytes(low, "little") | int.from_bytes(at.group(), "little") << 30)
    return Found(frozenset(words), frozenset(ids))


def memory(pid: int) -> bytes:
    """Every readable byte of a process and its children, writable or not. Raises `PermissionError` where that is not allowed."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return b"\0".join(part for one in (pid, *(int(child) for child in children)) for part in _mappings(one))


def _mappings(pid: int) -> Iterator[bytes]:
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as mem:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if not rights.startswith("r") or "[v" in line:
                continue
            begin, end = (int(part, 16) for part in span.split("-"))
            try:
                mem.seek(begin)
                while begin < end and (part := mem.read(end - begin)):
                    begin += len(part)
                    yield part
            except (OSError, ValueError, OverflowError):
                continue


def dumped(pid: int, folder: Path) -> bytes | None:
    """A core dump that root takes of a process that allows none to others; None where gcore is missing or refused."""
    if not shutil.which("gcore"):
        return None
    subprocess.run(["gcore", "-o", str(folder / "core"), str(pid)], capture_output=True, check=False, timeout=120)
    path = folder / f"core.{pid}"
    if not path.is_file():
        return None
    path.replace(folder / "core.gcore")
    return (folder / "core.gcore").read_bytes()


def written_since(begin: float, people: Collection[Canary]) -> dict[str, int]:
    """Searches each file on this machine that was changed since `begin` (seconds since 1970), except the kernel's own."""
    totals: dict[str, int] = {"files": 0, "megabytes": 0}
    size = 0
    for path in _files("/"):
        try:
            state = os.stat(path, follow_symlinks=False)  # noqa: PTH116
            if max(state.st_mtime, state.st_ctime) < begin or not state.st_size:
                continue
            found = search(Path(path).read_bytes()).of(people)
        except OSError:
            continue
        totals["files"] += 1
        size += state.st_size
        for kind, count in found.items():
            totals[kind] = totals.get(kind, 0) + count
            if count:
                print(f"found in {path}", file=sys.stderr)
    totals["megabytes"] = size >> 20
    return totals


def _files(top: str) -> Iterator[str]:
    for folder, names, files in os.walk(top):
        names[:] = [name for name in names if os.path.join(folder, name) not in _SKIPPED]  # noqa: PTH118
        for name in files:
            path = os.path.join(folder, name)  # noqa: PTH118
            if os.path.isfile(path) and not os.path.islink(path):  # noqa: PTH113, PTH114
                yield path
