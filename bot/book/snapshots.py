"""A snapshot: the bytes of every file of content and flows at one moment, so that what is hashed is what is parsed."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bot.book.folder import LINK, files_in, hidden

Snapshot = dict[str, bytes]
PROJECT = "constellation-bot"
NUMBERS = ".bin"
"""How files end that hold numbers which a command made of the texts."""
MOST_NUMBERS = 16 * 1024 * 1024
"""Bytes of such a file; a larger one is not used."""
_PART = 1 << 17
"""Bytes of a file that are hashed at a time."""
_ROOT = Path(__file__).resolve().parents[2]


def _folder(folder: Path, name: str) -> Snapshot:
    return {f"{name}/{inner}": data for inner, data in files_in(folder, counts).items()}


def counts(inner: PurePosixPath) -> bool:
    """Whether a file of a folder belongs to a snapshot: what is read, numbers beside it, or signatures; nothing hidden."""
    return inner.suffix in (".yaml", ".yml", ".sig", NUMBERS) and not hidden(inner)


def largest(inner: PurePosixPath, text: int) -> int:
    """How many bytes of a file are read. `text`: of a text."""
    return MOST_NUMBERS if inner.suffix == NUMBERS else text


class FolderSource:
    """Two folders that are looked at again and again: their snapshot, and a mark that changes whenever that does.

    For the mark no file is held as a whole, so that looking every second takes no memory.
    """

    def __init__(self, content: Path, flows: Path) -> None:
        self._content, self._flows = content, flows

    def __call__(self) -> Snapshot:
        """As `snapshot`."""
        return snapshot(self._content, self._flows)

    def mark(self) -> str:
        """What `mark_of` gives for the snapshot of this moment. Raises as `snapshot`."""
        _there(self._content, self._flows)
        found = {}
        for name, folder in (("content", self._content), ("flows", self._flows)):
            for inner, digest in files_in(folder, counts, read=_digest).items():
                found[f"{name}/{inner}"] = hashlib.sha256(LINK).digest() if digest == LINK else digest
        return _mark(found)


def mark_of(files: Snapshot) -> str:
    """A word for the paths and bytes of a snapshot: another one for any other bytes."""
    return _mark({name: hashlib.sha256(data).digest() for name, data in files.items()})


def _mark(digests: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(digests):
        total.update(f"{len(name)}:{name}:".encode("utf-8", "surrogateescape") + digests[name])
    return total.hexdigest()


def _digest(file: BinaryIO) -> bytes:
    total = hashlib.sha256()
    while part := file.read(_PART):
        total.update(part)
    return total.digest()


def snapshot(content: Path, flows: Path) -> Snapshot:
    """Every YAML file below two folders: `content/...` and `flows/...` to their bytes, LINK for each link that lies there.

    Raises OSError where a folder is missing, LinkError where one is a link itself.
    """
    _there(content, flows)
    return {**_folder(content, "content"), **_folder(flows, "flows")}


def _there(*folders: Path) -> None:
    for folder in folders:
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no folder {folder}")


def content_snapshot(content: Path) -> Snapshot:
    """The same of a content folder alone: `content/...` to their bytes. Raises OSError where it is missing."""
    _there(content)
    return _folder(content, "content")


def _here() -> Path | None:
    """Where the command is given; None where that folder is gone."""
    try:
        return Path.cwd()
    except OSError:
        return None


def default_folders() -> tuple[Path, Path]:
    """The folders of the place where a command is given, where it holds a pack: `content/book.yaml` and `flows/`. Else those of a
    checkout of this project, else the pack inside the installed package."""
    here = _here()
    if here and (here / "content" / "book.yaml").is_file() and (here / "flows").is_dir():
        return here / "content", here / "flows"
    project = _ROOT / "pyproject.toml"
    if project.is_file():
        try:
            name = tomllib.loads(project.read_text("utf-8")).get("project", {}).get("name")
        except tomllib.TOMLDecodeError:
            name = None
        if name == PROJECT:
            return _ROOT / "content", _ROOT / "flows"
    return pack_folders()


def pack_folders() -> tuple[Path, Path]:
    """The folders of the pack inside the installed package. They exist only where it was installed from a wheel."""
    pack = Path(__file__).resolve().parents[1] / "_pack"
    return pack / "content", pack / "flows"


def snapshot_of_revision(content: Path, flows: Path, revision: str) -> Snapshot:
    """The same two folders as they were at a revision of the git repository that holds each. A folder that the revision does
    not have yet counts as empty.

    Raises ValueError, with how to mend it, where git is missing, or knows neither the folder nor the revision.
    """
    return {**_at_revision(content, revision, "content"), **_at_revision(flows, revision, "flows")}


def _at_revision(folder: Path, revision: str, name: str) -> Snapshot:
    import tarfile  # a running bot never looks at a revision

    prefix = _git(folder, "rev-parse", "--show-prefix").decode().strip().rstrip("/")
    top = Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip())
    _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    listed = _git(folder, "ls-tree", "--full-tree", "--end-of-options", revision, prefix) if prefix else b""
    if prefix and not listed:
        return {}
    if listed.startswith(b"120000"):
        return {name: LINK}
    files: Snapshot = {}
    packed = _git(top, "archive", "--format=tar", f"{revision}:{prefix}")
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            found = tar.extractfile(member) if member.isfile() and counts(path) else None
            if found:
                files[f"{name}/{path}"] = found.read()
            elif member.issym() and not hidden(path):
                files[f"{name}/{path}"] = LINK
    return files


def _git(folder: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True)
    except FileNotFoundError:
        raise ValueError("looking back needs git; install it") from None
    if done.returncode:
        raise ValueError(f"git does not know this revision, or {folder} is in no repository: name a branch, a tag or a commit")
    return done.stdout


def digests(files: Snapshot) -> dict[str, str]:
    """The SHA-256 of each file, in hex."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def fingerprint(files: Snapshot) -> str:
    """SHA-256 over the paths and bytes of a snapshot, in hex: equal bytes, equal fingerprint."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{len(name)}:{name}:{len(files[name])}:".encode("utf-8", "surrogateescape"))
        total.update(files[name])
    return total.hexdigest()
