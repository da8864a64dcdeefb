"""doctor looks for git, and asks the source as the bot would: what is wrong is said with how to mend it, and no address."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.support.repository import Repository
from bot.book import default_folders
from bot.cli import main
from bot.find.triage import hearing
from bot.runtime import git as limits
from bot.runtime.git import NOT_READ, SourceError, owned_by_root
from bot.runtime.git_source import GitSource
from tests.book.pack import pack

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="no git; apt-get install git")


def _said(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    main(["ops", "doctor", *words])
    lines = capsys.readouterr().out.splitlines()
    return {line[6:].partition(":")[0]: line for line in lines}


def test_without_git_a_source_cannot_work(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault where one is named, else a remark; each with what mends it."""
    monkeypatch.setenv("PATH", "/nowhere")
    for words, begin in (((), "ok"), (("--source", "https://host.example/canaryword.git"), "MEND")):
        said = _said(capsys, *words)
        assert said["git"].startswith(begin)
        assert "apt-get install git" in said["git"]
        assert "source" not in said


@needs_git
def test_the_source_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One that can be read; no such branch; away; no folder that stays. The address is never repeated."""
    repository = Repository(tmp_path / "canaryword", pack())
    asked = ("--source", repository.address)
    assert "CONSTELLATION_CACHE_DIR" in _said(capsys, *asked)["source"]
    monkeypatch.setenv("CONSTELLATION_CACHE_DIR", str(tmp_path / "cache"))
    assert _said(capsys, *asked)["source"].startswith("ok")
    assert "--branch" in _said(capsys, *asked, "--branch", "other")["source"]
    shutil.rmtree(repository.bare)
    said = _said(capsys, *asked)["source"]
    assert said.startswith("MEND")
    assert "ls-remote ADDRESS" in said
    assert "canaryword" not in said
    assert list(tmp_path.glob("cache/*")) == []


@needs_git
def test_a_folder_of_roots_is_read_and_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit's user is made anew at each start and owns nothing; git itself would refuse all that is not its user's own."""
    repository = Repository(tmp_path, pack())
    monkeypatch.setitem(limits._SET, "GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    source = GitSource(repository.address, "main", 0, None, lambda *_, **__: None)
    monkeypatch.setattr(limits, "owned_by_root", lambda _: False)
    with pytest.raises(SourceError) as refused:
        source.look()
    assert refused.value.code == NOT_READ
    monkeypatch.setattr(limits, "owned_by_root", lambda _: True)
    source.look()
    assert source() == pack()


def test_what_root_owns_is_known(tmp_path: Path) -> None:
    """A folder of the system's; not one that is not there, nor another host's."""
    assert owned_by_root("file:///usr/bin")
    assert owned_by_root(f"file://{tmp_path}") == (tmp_path.stat().st_uid == 0)
    for address in (f"file://{tmp_path}/none", "https://host.example/usr", "/usr/bin", "ssh://host.example/usr"):
        assert not owned_by_root(address)


def test_how_well_danger_is_heard_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The encoder here, the heads of the content, and what a bot that runs says; each with what mends it."""
    content = tmp_path / "content"
    shutil.copytree(default_folders()[0], content)
    said = _said(capsys, "--content", str(content))
    assert said["encoder"].startswith("ok")
    assert said["heads"].startswith("ok")
    assert "running bot" not in said
    examples = content / "find" / "examples" / "seizure.yaml"
    examples.write_text(
        examples.read_text("utf-8").replace("    en:\n", "    en:\n      - one more sentence of a peer\n", 1), "utf-8"
    )
    health = tmp_path / "health"
    health.write_text("1")
    monkeypatch.setenv("CONSTELLATION_TELEGRAM_HEALTH_FILE", str(health))
    monkeypatch.setattr(hearing, "_LOADED", [None])
    said = _said(capsys, "--content", str(content))
    assert said["encoder"].startswith("MEND")
    assert "requirements.lock" in said["encoder"]
    assert said["heads"].startswith("MEND")
    assert "search --fit" in said["heads"]
    assert "the nets hear danger alone" in said["running bot"]
    (content / "book.yaml").unlink()
    assert "content check" in _said(capsys, "--content", str(content))["heads"]
