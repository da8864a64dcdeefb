"""What was saved and nobody sees yet: by git where there is a repository; and the steps that publish it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.authoring.editing.publication import steps, unpublished
from tests.authoring.packs import on_disk
from tests.book.pack import pack

PEP, NEW = "content/topics/health/pep.yaml", "content/retractions.yaml"
WHO = {f"GIT_{role}_{part}": f"river{'@users.noreply.example' if part == 'EMAIL' else ''}"
       for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}  # fmt: skip


def _git(where: Path, *words: str) -> None:
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(where), *words], check=True, capture_output=True, env={**os.environ, **WHO, **alone})


def _folders(work: Path) -> dict[str, Path]:
    return {"content": work / "content", "flows": work / "flows"}


@pytest.mark.skipif(not shutil.which("git"), reason="no git; apt-get install git")
def test_what_differs_from_the_main_branch_is_not_published(tmp_path: Path) -> None:
    """Saved, committed and pushed to a branch of its own are all not published; merged is, also in another form, once it is
    fetched. What others published meanwhile is none of ours."""
    host, work, other = tmp_path / "host", tmp_path / "work", tmp_path / "other"
    on_disk({**pack(), "flows/talk.yaml": b"flow: talk\n"}, host)
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "first"]):
        _git(host, *words)
    _git(host, "checkout", "-q", "--detach")
    for clone in (work, other):
        _git(tmp_path, "clone", "-q", "-b", "main", str(host), str(clone))
    assert unpublished(_folders(work)) == ((), "the main branch as this machine last fetched it")
    for name, text in ((PEP, pack()[PEP] + b"# More.\n"), (NEW, b"retractions: []\n")):
        (work / name).write_bytes(text)
    assert set(unpublished(_folders(work)).files) == {PEP, NEW}
    for words in (["checkout", "-qb", "mine"], ["add", "-A"], ["commit", "-qm", "mine"], ["push", "-qu", "origin", "mine"]):
        _git(work, *words)
    assert set(unpublished(_folders(work)).files) == {PEP, NEW}
    (other / "flows/talk.yaml").write_bytes(b"flow: other\n")
    (other / PEP).write_bytes((work / PEP).read_bytes())
    for words in (["commit", "-qam", "both"], ["push", "-q", "origin", "main"]):
        _git(other, *words)
    assert set(unpublished(_folders(work)).files) == {PEP, NEW}
    _git(work, "fetch", "-q")
    assert unpublished(_folders(work)).files == (NEW,)


@pytest.mark.skipif(not shutil.which("git"), reason="no git; apt-get install git")
def test_without_a_main_branch_elsewhere_the_last_commit_counts(tmp_path: Path) -> None:
    """And without a repository git says nothing."""
    on_disk({**pack(), "flows/talk.yaml": b"flow: talk\n"}, tmp_path)
    assert unpublished(_folders(tmp_path)) == ((), "")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        _git(tmp_path, *words)
    (tmp_path / PEP).unlink()
    assert unpublished(_folders(tmp_path)) == ((PEP,), "the last commit")


def test_the_steps_are_those_of_this_change_and_this_pack() -> None:
    """A withdrawal waits for no approval and says whom to call; signatures are named only where the pack has some."""
    signed = {**pack(), "content/signatures/river.sig": b"x"}
    withdrawal, words = " ".join(steps(pack(), NEW)), " ".join(steps(pack(), PEP))
    assert "nobody's approval" in withdrawal
    assert "call somebody who may" in withdrawal
    assert "approvals --since main" not in withdrawal
    assert "approvals --since main" in words
    for said in (withdrawal, words):
        assert "protected" in said
        assert "sign" not in said
    assert "--retractions" in " ".join(steps(signed, NEW))
    assert "sign again" in " ".join(steps(signed, PEP))
