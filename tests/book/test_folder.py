"""A folder is read and written without following a link, also one that is put there in between; a file is written whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.book import folder as module
from bot.book.folder import LINK, LinkError, files_in, read_in, remove_in, write_in


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that is none of ours, with a secret in it."""
    path = tmp_path / "outside"
    path.mkdir()
    (path / "a.yaml").write_bytes(b"secret: yes\n")
    return path


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """A folder of ours: `a.yaml` and `deep/b.yaml`."""
    path = tmp_path / "content"
    (path / "deep").mkdir(parents=True)
    (path / "a.yaml").write_bytes(b"a: b\n")
    (path / "deep" / "b.yaml").write_bytes(b"c: d\n")
    return path


def _every(_: object) -> bool:
    return True


def _same(path: Path, to: str | Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(to)


@pytest.mark.parametrize("to", ["../outside/a.yaml", "/etc/passwd", "nowhere", "deep/b.yaml", "../outside", "loop.yaml", "."])
def test_a_link_is_listed_and_never_followed(inside: Path, outside: Path, to: str) -> None:
    """To a file, a folder, to nothing, to itself; out of the folder or not. Whatever its name ends in."""
    _same(inside / "loop.yaml", to)
    _same(inside / "deep" / "notes", to)
    found = files_in(inside, lambda inner: inner.suffix == ".yaml")
    assert found == {"a.yaml": b"a: b\n", "deep/b.yaml": b"c: d\n", "deep/notes": LINK, "loop.yaml": LINK}
    assert list(found) == sorted(found)


def test_a_folder_that_is_a_link_is_not_walked(inside: Path, outside: Path) -> None:
    """Nothing below it is read."""
    (inside / "more").symlink_to(outside, target_is_directory=True)
    assert files_in(inside, _every) == {"a.yaml": b"a: b\n", "deep/b.yaml": b"c: d\n", "more": LINK}
    (inside.parent / "link").symlink_to(inside, target_is_directory=True)
    with pytest.raises(LinkError, match="link"):
        files_in(inside.parent / "link", _every)


def test_hidden_links_are_nobody_s_business(inside: Path) -> None:
    """An editor marks an open file with one."""
    (inside / ".#a.yaml").symlink_to("peer@host.123")
    (inside / ".git").symlink_to("/nowhere")
    assert LINK not in files_in(inside, _every).values()


def test_what_is_no_file_is_left_out_and_never_waited_for(inside: Path) -> None:
    """A pipe would hold up the bot for ever."""
    os.mkfifo(inside / "pipe.yaml")
    assert "pipe.yaml" not in files_in(inside, _every)
    assert files_in(inside, _every, most=4) == {}
    with pytest.raises(FileNotFoundError):
        read_in(inside, "pipe.yaml")


CALLS: list[Callable[[Path, str], object]] = [read_in, remove_in, lambda folder, inner: write_in(folder, inner, b"x: y\n")]


@pytest.mark.parametrize("call", CALLS, ids=["read", "remove", "write"])
@pytest.mark.parametrize("inner", ["a.yaml", "more/a.yaml", "more/deeper/new.yaml"])
def test_no_call_goes_through_a_link(inside: Path, outside: Path, call: Callable[[Path, str], object], inner: str) -> None:
    """Neither the file nor a folder on the way; nor the folder itself."""
    (inside / "more").symlink_to(outside, target_is_directory=True)
    _same(inside / "a.yaml", outside / "a.yaml")
    with pytest.raises(LinkError) as caught:
        call(inside, inner)
    assert "link" in str(caught.value)
    (inside.parent / "link").symlink_to(outside, target_is_directory=True)
    with pytest.raises(LinkError):
        call(inside.parent / "link", "a.yaml")
    assert (outside / "a.yaml").read_bytes() == b"secret: yes\n"
    assert [path.name for path in outside.iterdir()] == ["a.yaml"]
    assert (inside / "a.yaml").is_symlink()


@pytest.mark.parametrize("inner", ["../outside/a.yaml", "/etc/passwd", "", "deep/../../outside/a.yaml", "deep"])
def test_a_path_that_leads_out_or_to_a_folder_is_refused(inside: Path, outside: Path, inner: str) -> None:
    """Whatever asks for it."""
    with pytest.raises(OSError, match=r"path|no file"):
        write_in(inside, inner, b"x")
    assert (outside / "a.yaml").read_bytes() == b"secret: yes\n"


def test_a_folder_swapped_for_a_link_during_a_write_is_not_written_to(
    inside: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the file and the write: the folder that was looked at gets it, wherever it lies now."""
    look = module._rights

    def swapped(handle: int, name: str, path: Path) -> int | None:
        found = look(handle, name, path)
        (inside / "deep").rename(inside / "moved")
        (inside / "deep").symlink_to(outside, target_is_directory=True)
        return found

    monkeypatch.setattr(module, "_rights", swapped)
    write_in(inside, "deep/a.yaml", b"ours: yes\n")
    assert (outside / "a.yaml").read_bytes() == b"secret: yes\n"
    assert (inside / "moved" / "a.yaml").read_bytes() == b"ours: yes\n"


def test_a_file_swapped_for_a_link_during_a_write_is_replaced(
    inside: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link goes; what it led to stays."""
    look = module._rights

    def swapped(handle: int, name: str, path: Path) -> int | None:
        found = look(handle, name, path)
        _same(inside / "a.yaml", outside / "a.yaml")
        return found

    monkeypatch.setattr(module, "_rights", swapped)
    write_in(inside, "a.yaml", b"ours: yes\n")
    assert (outside / "a.yaml").read_bytes() == b"secret: yes\n"
    assert not (inside / "a.yaml").is_symlink()


def test_a_file_swapped_for_a_link_during_a_read_is_a_link(inside: Path, outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the list and the reading; a folder too."""
    read, swaps = module._bytes, iter([True])

    def swapped(handle: int, name: str, *how: Any) -> bytes | None:
        if next(swaps, False):
            for path in (inside / "a.yaml", inside / "deep"):
                path.rename(path.with_suffix(".gone"))
            (inside / "a.yaml").symlink_to(outside / "a.yaml")
            (inside / "deep").symlink_to(outside, target_is_directory=True)
        return read(handle, name, *how)

    monkeypatch.setattr(module, "_bytes", swapped)
    found = files_in(inside, _every)
    assert b"secret: yes\n" not in found.values()
    assert LINK in found.values()


def test_a_write_keeps_the_rights_and_leaves_nothing_beside(inside: Path) -> None:
    """A new file gets what the machine gives new files."""
    (inside / "a.yaml").chmod(0o640)
    write_in(inside, "a.yaml", b"x: y\n")
    write_in(inside, "new/er/c.yaml", b"x: y\n")
    (inside / "plain").touch()
    assert (inside / "a.yaml").stat().st_mode & 0o777 == 0o640
    assert (inside / "new/er/c.yaml").stat().st_mode == (inside / "plain").stat().st_mode
    assert sorted(path.name for path in inside.iterdir()) == ["a.yaml", "deep", "new", "plain"]
    remove_in(inside, "new/er/c.yaml")
    remove_in(inside, "new/er/c.yaml")
    remove_in(inside, "none/at.all")
    assert list((inside / "new/er").iterdir()) == []


@pytest.mark.parametrize("call", ["fsync", "replace", "fchmod"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    inside: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """A full disk, at whichever step."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, call, full)
    with pytest.raises(OSError, match=r"No space.*a\.yaml"):
        write_in(inside, "a.yaml", b"x: y\n", sync=True)
    assert (inside / "a.yaml").read_bytes() == b"a: b\n"
    assert sorted(path.name for path in inside.iterdir()) == ["a.yaml", "deep"]


def test_what_a_killed_process_left_is_swept(inside: Path) -> None:
    """An hour later, at the next write of the same file; an editor's own files stay."""
    for name in (".a.yaml.0123abcd.part", ".a.yaml.4711", ".a.yaml.swp", ".b.yaml.0123abcd.part"):
        (inside / name).touch()
        os.utime(inside / name, (0, 0))
    (inside / ".a.yaml.fedcba98.part").touch()
    write_in(inside, "a.yaml", b"x: y\n")
    left = {path.name for path in inside.iterdir() if path.name.startswith(".")}
    assert left == {".a.yaml.swp", ".b.yaml.0123abcd.part", ".a.yaml.fedcba98.part"}
