"""The house says what is true of itself: commands, documents, the image, the pinned packages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from bot.cli import NOUNS, commands

ROOT = Path(__file__).resolve().parents[1]


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_readme_names_only_commands_that_exist() -> None:
    """And every noun is in it."""
    named = set(re.findall(r"`constellation ([a-z]+)(?: ([a-z]+))?", _read("README.md")))
    known = {*commands(), *((noun, "") for noun in NOUNS)}
    assert named <= known, named - known
    assert {noun for noun, _ in named} == set(NOUNS)


def test_documents_point_to_what_exists() -> None:
    """Every `path` in the documents, and every picture."""
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        text = page.read_text(encoding="utf-8")
        if page.name == "checks.md":
            text = ""  # its examples name files that nobody has
        for path in re.findall(r"`((?:bot|docs|content|flows|tests|benchmarks|deploy)/[\w./-]+)`", text):
            assert (ROOT / path.rstrip("/")).exists(), (page.name, path)
        for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text):
            assert (page.parent / picture).is_file(), picture


def test_the_image_copies_what_exists_and_is_not_root() -> None:
    """A slim glibc image, another user, nothing from a host of ours."""
    text = _read("Dockerfile")
    for line in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", text):
        for name in line.split():
            assert (ROOT / name).exists(), name
    assert "USER 65532" in text
    assert "alpine" not in text
    assert "--require-hashes" in text


def test_the_lock_pins_every_dependency_by_hash() -> None:
    """Each runtime dependency is there, each line has its hash, and no host is named."""
    lock = _read("requirements.lock")
    pins = re.findall(r"(?m)^([a-z0-9_-]+)==", lock)
    assert len(pins) == lock.count("--hash=sha256:")
    assert "://" not in lock
    wanted = tomllib.loads(_read("pyproject.toml"))["project"]["dependencies"]
    for name in wanted:
        assert re.split(r"[><=]", name)[0].lower() in pins, name


def test_every_module_says_why_it_exists() -> None:
    """In its first line."""
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        assert not text.strip() or text.lstrip().startswith('"""') or path.name == "__init__.py", path
        assert text.count("\n") <= 400, path


def test_benchmarks_import_no_test() -> None:
    """One direction: tests use what benchmarks use, `benchmarks/support` with the doubles included."""
    for file in (ROOT / "benchmarks").rglob("*.py"):
        found = re.findall(r"(?m)^\s*(?:from|import) tests\b", file.read_text(encoding="utf-8"))
        assert not found, file.name


def test_rooms_with_a_face_are_imported_through_it() -> None:
    """What `book`, `find` and `engine` offer stands in their `__init__`: modules inside are their own business."""
    for file in (ROOT / "bot").rglob("*.py"):
        room = file.relative_to(ROOT / "bot").parts[0]
        for found in re.findall(r"(?m)^\s*(?:from|import) bot\.(book|find|engine)\.", file.read_text(encoding="utf-8")):
            assert found == room, (file.name, found)
