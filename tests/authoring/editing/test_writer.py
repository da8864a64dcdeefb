"""A file is written whole, never over somebody else's save, and the last write can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.authoring.editing.actions import ActionRefused, Edit
from bot.authoring.editing.writer import Writer


def _saver(tmp_path: Path) -> Writer:
    return Writer(lambda file: (tmp_path, file))


def test_a_save_is_written_and_taken_back(tmp_path: Path) -> None:
    """The rights of the file stay, and nothing else is left in the folder."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"one")
    path.chmod(0o640)
    writer = _saver(tmp_path)
    writer.save(Edit("a.yaml", b"one", b"two"))
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o640)
    assert writer.undo() == Edit("a.yaml", b"two", b"one")
    assert path.read_bytes() == b"one"
    assert [found.name for found in tmp_path.iterdir()] == ["a.yaml"]
    with pytest.raises(ActionRefused, match="nothing to undo"):
        writer.undo()


def test_a_new_file_goes_again(tmp_path: Path) -> None:
    """Undo leaves no empty file behind."""
    writer = _saver(tmp_path)
    writer.save(Edit("new.yaml", None, b"x"))
    writer.undo()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("undo", [False, True])
def test_what_changed_meanwhile_is_never_written_over(tmp_path: Path, undo: bool) -> None:
    """Neither by a save nor by an undo."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"one")
    writer = _saver(tmp_path)
    if undo:
        writer.save(Edit("a.yaml", b"one", b"two"))
    path.write_bytes(b"theirs")
    with pytest.raises(ActionRefused, match="nothing was written"):
        writer.undo() if undo else writer.save(Edit("a.yaml", b"one", b"two"))
    assert path.read_bytes() == b"theirs"


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """In words, with nothing half done."""
    writer = Writer(lambda file: (tmp_path / "none", file))
    with pytest.raises(ActionRefused, match="could not be written"):
        writer.save(Edit("a.yaml", None, b"x"))
    assert writer.last is None


def test_what_a_form_was_opened_on_is_remembered(tmp_path: Path) -> None:
    """By its mark; a mark of another day is refused."""
    writer = _saver(tmp_path)
    mark = writer.opened("a.yaml", b"one")
    assert writer.was("a.yaml", mark) == b"one"
    assert writer.was("a.yaml", writer.opened("a.yaml", None)) is None
    with pytest.raises(ActionRefused, match="too old"):
        writer.was("a.yaml", "0123456789abcdef")
