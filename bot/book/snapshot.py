"""A snapshot: the bytes of every file of content and flows at one moment, so that what is hashed is what is parsed."""

from __future__ import annotations

import hashlib
import subprocess
import tomllib
from pathlib import Path

Snapshot = dict[str, bytes]
PROJECT = "constellation-bot"
_ROOT = Path(__file__).resolve().parents[2]


def _folder(folder: Path, name: str) -> Snapshot:
    files: Snapshot = {}
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.suffix in (".yaml", ".yml", ".sig", ".json") and path.is_file():
            files[f"{name}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    return files


def snapshot(content: Path, flows: Path) -> Snapshot:
    """Every YAML file below two folders: `content/...` and `flows/...` to their bytes. Raises OSError where one is missing."""
    for folder in (content, flows):
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no folder {folder}")
    return {**_folder(content, "content"), **_folder(flows, "flows")}


def default_folders() -> tuple[Path, Path]:
    """The folders of a checkout of this project, else the pack inside the installed package."""
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


def snapshot_of_revision(repository: Path, revision: str) -> Snapshot:
    """The same, from a git revision. Raises subprocess.CalledProcessError where git does not know it."""
    listed = subprocess.run(
        ["git", "-C", str(repository), "ls-tree", "-r", "-z", "--name-only", revision, "content", "flows"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    files: Snapshot = {}
    for name in filter(None, listed.decode("utf-8").split("\0")):
        if name.endswith((".yaml", ".yml", ".sig", ".json")):
            files[name] = subprocess.run(
                ["git", "-C", str(repository), "show", f"{revision}:{name}"], check=True, capture_output=True
            ).stdout
    return files


def fingerprint(files: Snapshot) -> str:
    """SHA-256 over the paths and bytes of a snapshot, in hex: equal bytes, equal fingerprint."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{len(name)}:{name}:{len(files[name])}:".encode())
        total.update(files[name])
    return total.hexdigest()
