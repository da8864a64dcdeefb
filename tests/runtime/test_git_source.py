"""Content is fetched from a repository of its own; whatever that repository or its host does, the last good files stay."""

from __future__ import annotations

import argparse
import gc
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.support.repository import Repository, git
from bot.book.folder import LINK
from bot.book.reader import MAX_BYTES
from bot.book.snapshots import mark_of
from bot.channels.settings import SettingsError
from bot.commands.shared.source_options import source_of
from bot.runtime import git as limits
from bot.runtime import git_source
from bot.runtime.git import DAMAGED, NO_BRANCH, NO_FOLDER, NO_GIT, NOT_READ, TOO_LARGE, TOO_LONG, environment
from bot.runtime.git_source import GitSource, address_fits, branch_fits
from tests.book.pack import changed, pack

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="no git; apt-get install git")
ROOT = Path(__file__).resolve().parents[2]
Said = list[tuple[str, dict[str, float]]]


class Watched(GitSource):
    """A source whose clock a test moves, and whose events it reads."""

    def __init__(self, address: str, parent: Path, branch: str = "main") -> None:
        self.said: Said = []
        self.late = 0.0
        super().__init__(address, branch, 60, parent, lambda kind, **numbers: self.said.append((kind, numbers)), self._now)

    def _now(self) -> float:
        return time.monotonic() + self.late

    def failed(self) -> list[int]:
        """The codes of the failures so far."""
        return [int(numbers["code"]) for kind, numbers in self.said if kind == "source_failed"]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One that holds the small pack."""
    return Repository(tmp_path, pack())


def test_what_was_fetched_lies_on_disk_and_not_in_memory(tmp_path: Path) -> None:
    """It has no name there, and is given as often as it is asked for."""
    repository = Repository(tmp_path, {**pack(), "content/find/large.bin": bytes(4_000_000)})
    cache = tmp_path / "cache"
    source = Watched(repository.address, cache)
    assert source.mark() == mark_of(source())
    tracemalloc.start()
    try:
        source.late = 61.0
        repository.push({**pack(), "content/find/large.bin": b"1" * 4_000_000})
        mark = source.mark()
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 3_000_000
    finally:
        tracemalloc.stop()
    assert mark == mark_of(source())
    assert source()["content/find/large.bin"] == b"1" * 4_000_000
    assert not list(cache.iterdir())


def test_what_is_pushed_is_taken_when_it_is_time_and_nothing_is_left_behind(repository: Repository, tmp_path: Path) -> None:
    """The same bytes, no sooner than asked for; after a force push too."""
    cache = tmp_path / "cache"
    source = Watched(repository.address, cache)
    assert source() == pack()
    edit = changed("content/topics/health/pep.yaml", "Start soon.", "Start now.")
    repository.push(edit)
    assert source() == pack()
    source.late += 61
    assert source() == edit
    repository.push(pack(), force=True)
    source.late += 61
    assert source() == pack()
    assert list(cache.iterdir()) == []
    assert [kind for kind, _ in source.said] == ["fetched"] * 3
    source.late += 61
    source()
    assert len(source.said) == 3


def _down(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.move(repository.bare, f"{repository.bare}.gone")


def _branch_gone(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository.bare, "update-ref", "-d", "refs/heads/main")


def _corrupt(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.push(changed("content/topics/health/pep.yaml", "Start soon.", "Start now."))
    for path in (repository.bare / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _huge(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST", 200_000)
    repository.push({"picture.bin": random.Random(1).randbytes(40_000_000)})


def _many(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_FILES", 20)
    repository.push({f"content/topics/health/t{number}.yaml": b"x: y\n" for number in range(30)})


def _much_text(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST", 600_000)
    repository.push({f"content/topics/health/t{number}.yaml": b"a" * 250_000 for number in range(4)})


def _no_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")


def _no_folder(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = repository.work.parent / "cache"
    shutil.rmtree(cache)
    cache.write_text("a file where the folder was")
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")


def _silent(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that hangs, with a helper of its own."""
    folder = repository.work.parent / "bin"
    folder.mkdir()
    (folder / "git").write_text("#!/bin/sh\nsleep 60 &\nsleep 60\n")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(git_source, "FETCH_SECONDS", 0.5)


@pytest.mark.parametrize(
    ("trouble", "codes"),
    [
        (_down, {NOT_READ}),
        (_branch_gone, {NO_BRANCH}),
        (_corrupt, {NOT_READ, DAMAGED}),
        (_huge, {TOO_LARGE}),
        (_many, {TOO_LARGE}),
        (_much_text, {TOO_LARGE}),
        (_no_git, {NO_GIT}),
        (_no_folder, {NO_FOLDER}),
        (_silent, {TOO_LONG}),
    ],
)
def test_the_last_good_files_stay_whatever_happens(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[Repository, pytest.MonkeyPatch], None], codes: set[int],
) -> None:  # fmt: skip
    """It is said by its code, each time; and the next fetch that works says that it is over."""
    with monkeypatch.context() as during:
        during.setattr(git_source, "FETCH_SECONDS", 20.0)
        source = Watched(repository.address, tmp_path / "cache")
        assert source() == pack()
        trouble(repository, during)
        source._seconds = git_source.FETCH_SECONDS
        for _ in range(2):
            source.late += 61
            begin = time.monotonic()
            assert source() == pack()
            assert time.monotonic() - begin < 15
    assert set(source.failed()) <= codes, source.said
    assert len(source.failed()) == 2
    healthy = Repository(tmp_path / "again", pack())
    source._address = healthy.address
    source._commit = ""
    if (tmp_path / "cache").is_file():
        (tmp_path / "cache").unlink()
    source.late += 61
    assert source() == pack()
    assert source.said[-1] == ("source_back", {"n": 2})


def test_a_host_that_accepts_and_says_nothing_does_not_hold_up_the_start(tmp_path: Path) -> None:
    """The limit of the start ends it, and what git started is gone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        source = Watched(f"https://127.0.0.1:{server.getsockname()[1]}/x.git", tmp_path / "cache")
        source._seconds = 0.6
        begin = time.monotonic()
        with pytest.raises(OSError, match="source"):
            source()
        assert time.monotonic() - begin < 3
        connection, _ = server.accept()
        connection.settimeout(2)
        while connection.recv(4096):
            pass
        connection.close()
    assert source.failed() == [TOO_LONG]
    assert not source.reached


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a test inherit orphans")
def test_the_first_process_of_a_container_keeps_no_dead_helpers(tmp_path: Path) -> None:
    """It inherits what a killed git leaves; 128 of them are a container's limit, and then nothing more can be started."""
    said = """
import ctypes, os, socket, sys, time
from bot.runtime.git import Git, SourceError
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # as the first process of a container: orphans become ours
with socket.create_server(("127.0.0.1", 0)) as server:
    try:
        Git(Path(sys.argv[1]), f"https://127.0.0.1:{server.getsockname()[1]}/x.git", time.monotonic() + 2).tip("main")
    except SourceError as error:
        print(error.code)
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("nobody")
"""
    done = subprocess.run([sys.executable, "-c", f"from pathlib import Path{said}", str(tmp_path)], cwd=ROOT, capture_output=True)
    assert done.stdout.decode().split() == [str(TOO_LONG), "nobody"], done.stderr


def test_a_first_fetch_that_fails_is_tried_again_at_once(repository: Repository, tmp_path: Path) -> None:
    """Not after a minute: the start was hurried."""
    away = Path(f"{repository.bare}.away")
    shutil.move(repository.bare, away)
    source = Watched(repository.address, tmp_path / "cache")
    with pytest.raises(OSError, match="source"):
        source()
    shutil.move(away, repository.bare)
    assert source() == pack()


def test_only_files_that_count_come_as_they_were_committed(repository: Repository, tmp_path: Path) -> None:
    """No submodule, hidden or other file; no attribute changes or hides one; an enormous one stays enormous, a link a link."""
    commit = git(repository.work, "rev-parse", "HEAD")
    (repository.work / "content" / "passwords.yaml").symlink_to("/etc/passwd")
    (repository.work / "content" / "notes.txt").symlink_to("../flows")
    (repository.work / "content" / ".#lock").symlink_to("peer@host.1")
    (repository.work / "other").mkdir()
    (repository.work / "other" / "link").symlink_to("/etc")
    git(repository.work, "update-index", "--add", "--cacheinfo", f"160000,{commit},content/inner")
    dated = b"# $Format:%H$ $Id$\r\nx: y\n"
    repository.push({
        ".gitattributes": b"*.yaml export-subst ident text eol=crlf\ncontent/words.yaml export-ignore\n",
        "content/dated.yaml": dated, "content/.hidden.yaml": b"x: y\n", "content/run.py": b"x", "other/a.yaml": b"x: y\n",
        "content/enormous.yaml": b"x" * 3_000_000, "content/\u00e1rbol.yaml": b"x: y\n", "content/line\nbreak.yaml": b"x: y\n",
    })  # fmt: skip
    files = Watched(repository.address, tmp_path / "cache")()
    stored = git(repository.work, "cat-file", "-p", "HEAD:content/dated.yaml")
    assert files.pop("content/dated.yaml").decode().strip() == stored
    assert len(files.pop("content/enormous.yaml")) == MAX_BYTES + 1
    assert files.pop("content/passwords.yaml") == files.pop("content/notes.txt") == LINK
    assert files.pop("content/\u00e1rbol.yaml") == files.pop("content/line\nbreak.yaml") == b"x: y\n"
    assert files == pack()


def test_git_is_told_nothing_of_ours(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No token, nobody's settings, no prompt, no other way than https, ssh and file; a hook in somebody's settings never runs."""
    monkeypatch.setenv("CONSTELLATION_TELEGRAM_TOKEN", "1:secret")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_DIR", "/somewhere")
    monkeypatch.setenv("ALL_PROXY", "socks5h://127.0.0.1:9050")
    told = environment(os.environ, tmp_path)
    assert not {name for name in told if "TOKEN" in name} | ({"GIT_CONFIG_COUNT", "GIT_DIR"} & set(told))
    assert "secret" not in str(told)
    assert told["GIT_ALLOW_PROTOCOL"] == "https:ssh:file"
    assert told["GIT_TERMINAL_PROMPT"] == "0"
    assert told["ALL_PROXY"].startswith("socks5h")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f'[url "{tmp_path}/none"]\n\tinsteadOf = "file://"\n')
    monkeypatch.setenv("HOME", str(home))
    assert Watched(repository.address, tmp_path / "cache")() == pack()


@pytest.mark.parametrize(
    "address",
    [
        *("https://codeberg.example/night/content.git", "https://host.example:8443/a", "ssh://git@host.example:22/a.git"),
        *("git@host.example:night/content.git", "file:///srv/content.git"),
    ],
)
def test_addresses_that_are_taken(address: str) -> None:
    """https, ssh in both spellings, a folder of this machine."""
    assert address_fits(address)


@pytest.mark.parametrize(
    "address",
    [
        *("", "/srv/content.git", "http://host.example/a", "git://host.example/a", "ext::sh -c id", "--upload-pack=id", "fd::3"),
        *("https://me:secret@host.example/a", "https://token@host.example/a", "ssh://-oProxyCommand=id/a", "-x@host:a"),
        *("https://host.example/a b", "https://host.example/a\nb", "https://host.example/" + "a" * 500, "ssh://a@-x/b"),
    ],
)
def test_addresses_that_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other ways, options, passwords, signs that are no address's."""
    assert not address_fits(address)
    if address:
        asked = argparse.Namespace(source=address, branch="", every="")
        with pytest.raises(SettingsError) as refused:
            source_of(asked, {"CONSTELLATION_CACHE_DIR": "/tmp"})
        assert refused.value.why == "source_address"
        assert address not in str(refused.value)


@pytest.mark.parametrize("branch", ["-x", "a..b", "a:b", "+main", "a b", "a*", "a/", "a.lock", "", "/a", "a//b", "@{1}"])
def test_branches_that_are_refused(branch: str) -> None:
    """No option, no pattern, no second name."""
    assert not branch_fits(branch)
    assert branch_fits("main")
    assert branch_fits("pack/new-york_2.1")


@pytest.mark.parametrize(
    ("options", "environ", "why"),
    [
        ({"every": "4"}, {}, "source_every"),
        ({"every": "1e3"}, {}, "source_every"),
        ({}, {"CONSTELLATION_SOURCE_EVERY": "86401"}, "source_every"),
        ({}, {"CONSTELLATION_SOURCE_BRANCH": "--all"}, "source_address"),
        ({}, {"CONSTELLATION_CACHE_DIR": ""}, "source_cache"),
    ],
)
def test_wrong_settings_are_refused(options: dict[str, str], environ: dict[str, str], why: str) -> None:
    """With the sentence that mends it; options go before the environment, and without an address there is no source."""
    asked = argparse.Namespace(**{"source": "", "branch": "", "every": "", **options})
    named = {"CONSTELLATION_SOURCE": "file:///srv/content.git", "CONSTELLATION_CACHE_DIR": "/tmp", **environ}
    with pytest.raises(SettingsError) as refused:
        source_of(asked, named)
    assert refused.value.why == why
    assert source_of(argparse.Namespace(source="", branch="", every=""), {}) is None
    best = argparse.Namespace(source="", branch="main", every="5")
    found = source_of(best, {**named, "CONSTELLATION_CACHE_DIR": "/tmp"})
    assert found
    assert (found._branch, found._every) == ("main", 5.0)
