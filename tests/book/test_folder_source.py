"""Two folders looked at again and again: the mark changes exactly when the snapshot does, and no file is held for it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.book.snapshots import FolderSource, mark_of, snapshot


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A content folder with a text, numbers and a link, and one of flows."""
    content, flows = tmp_path / "content", tmp_path / "flows"
    for path, text in (("content/words.yaml", "one"), ("content/find/heads.bin", "12"), ("flows/ui.yaml", "two")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (content / "link.yaml").symlink_to(content / "words.yaml")
    return content, flows


EDITS: dict[str, Callable[[Path], object]] = {
    "a byte of a text": lambda content: (content / "words.yaml").write_text("onf"),
    "a byte of the numbers": lambda content: (content / "find/heads.bin").write_text("13"),
    "a new file": lambda content: (content / "more.yaml").write_text(""),
    "another name": lambda content: (content / "words.yaml").rename(content / "sword.yaml"),
    "a file gone": lambda content: (content / "words.yaml").unlink(),
    "a link": lambda content: (content / "other.yaml").symlink_to("/nowhere"),
    "a link in place of a file": lambda content: (
        (content / "find/heads.bin").unlink() or (content / "find/heads.bin").symlink_to("/nowhere")
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_the_mark_is_that_of_the_snapshot_and_changes_with_it(folders: tuple[Path, Path], edit: Callable[[Path], object]) -> None:
    """Before and after each kind of edit."""
    source = FolderSource(*folders)
    before = source.mark()
    assert before == mark_of(snapshot(*folders)) == mark_of(source())
    edit(folders[0])
    assert source.mark() == mark_of(snapshot(*folders)) != before


def test_what_is_no_part_of_a_snapshot_changes_no_mark(folders: tuple[Path, Path]) -> None:
    """A hidden file, and one of another kind."""
    source = FolderSource(*folders)
    before = source.mark()
    (folders[0] / ".words.yaml.swp").write_text("x")
    (folders[0] / "notes.txt").write_text("x")
    assert source.mark() == before


def test_looking_holds_no_file(folders: tuple[Path, Path]) -> None:
    """Every second the heads' eight megabytes would be read and thrown away; a look takes less than one."""
    (folders[0] / "find/heads.bin").write_bytes(bytes(8_000_000))
    source = FolderSource(*folders)
    tracemalloc.start()
    try:
        source.mark()
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_folder_that_is_away_is_told(tmp_path: Path) -> None:
    """As a snapshot tells it."""
    with pytest.raises(FileNotFoundError, match="no folder"):
        FolderSource(tmp_path / "content", tmp_path / "flows").mark()
