"""Whoever wrote a commit of a change may not approve it: read from real repositories, under every name that a commit carries."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.authoring.review.authors import Signature, authors_since
from bot.cli import main
from tests.authoring.packs import on_disk
from tests.book.pack import pack

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="no git; apt-get install git")
ROLES = b"""roles:
  - {role: local-peer, members: [rosa, moth, fern]}
  - {role: clinical, members: [ana, sage]}
"""
PEP = "content/topics/health/pep.yaml"
ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


class Repository:
    """The small pack in a repository of its own, and a proposal on it: each commit takes an hour off the time limit."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.hours = folder, 72
        files = pack()
        on_disk({**files, "content/book.yaml": files["content/book.yaml"] + ROLES, "flows/talk.yaml": b"flow: talk\n"}, folder)
        self.git("init", "-q", "-b", "main")
        self.commit("first", "founder")
        self.git("checkout", "-qb", "proposal")

    def git(self, *words: str, **environ: str) -> str:
        """One command, by nobody's settings."""
        done = subprocess.run(
            ["git", "-C", str(self.folder), *words],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **ALONE, **environ},
        )
        return done.stdout.strip()

    def commit(self, message: str, author: str, email: str = "", committer: str = "", committer_email: str = "") -> None:
        """A commit of all that lies there, as these two."""
        self.git("add", "-A")
        who = {
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": email or "hidden@users.noreply.example",
            "GIT_COMMITTER_NAME": committer or author,
            "GIT_COMMITTER_EMAIL": committer_email or email or "hidden@users.noreply.example",
        }
        self.git("commit", "-q", "--allow-empty", "-m", message, **who)

    def change(self, message: str, author: str, email: str = "", committer: str = "", committer_email: str = "") -> None:
        """A commit that changes a time limit: two have to agree, one of them clinical."""
        path = self.folder / PEP
        path.write_bytes(path.read_bytes().replace(b"within: %dh" % self.hours, b"within: %dh" % (self.hours - 1)))
        self.hours -= 1
        self.commit(message, author, email, committer, committer_email)

    def judged(self, *approved: str, more: tuple[str, ...] = ()) -> int:
        """What the command says to these approvals."""
        folders = ["--content", str(self.folder / "content"), "--flows", str(self.folder / "flows")]
        return main(["content", "approvals", *folders, "--since", "main", "--approved-by", *approved, *more])


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A proposal without a commit."""
    return Repository(tmp_path)


@pytest.mark.parametrize(
    "commit",
    [
        {"author": "sage"},
        {"author": "Sage "},
        {"author": "Somebody", "email": "1234567+Sage@users.noreply.example"},
        {"author": "Somebody", "email": "1234567-sage@users.noreply.example"},
        {"author": "Somebody", "email": "sage@mail.example"},
        {"author": "river", "committer": "sage"},
        {"author": "river", "committer": "web", "committer_email": "7+sage@users.noreply.example"},
        {"author": "river", "message": "Shorter\n\nCo-authored-by: sage <x@users.noreply.example>"},
        {"author": "river", "message": "Shorter\n\nCo-Authored-By: S. <99+sage@users.noreply.example>\n\nMore words."},
        {"author": "river", "message": "Shorter\n\nco-authored-by:sage"},
    ],
)
def test_every_author_of_a_commit_is_left_out(
    repository: Repository, commit: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Whichever name or address of theirs it carries, by the side of any other author; and the command says who."""
    repository.change("First", "river")
    assert repository.judged("sage", "rosa") == 0
    repository.change(**{"message": "Second", **commit})
    repository.change("Third", "river")
    assert repository.judged("sage", "rosa") == 1
    assert "Wrote it or pushed to it, so their yes does not count: sage." in capsys.readouterr().out
    assert repository.judged("ana", "rosa") == 0


def test_authors_of_what_was_there_before_are_not_left_out(repository: Repository) -> None:
    """Only the commits that the proposal adds count, also where main went on meanwhile and was merged in."""
    repository.git("checkout", "-q", "main")
    (repository.folder / "content/words.yaml").write_bytes(pack()["content/words.yaml"] + b"# More.\n")
    repository.commit("Meanwhile", "sage")
    repository.git("checkout", "-q", "proposal")
    repository.change("First", "river")
    river = {f"GIT_{role}_{part}": "river" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    repository.git("merge", "-q", "--no-edit", "main", **river)
    assert repository.judged("sage", "rosa") == 0
    rosa = dict.fromkeys(river, "rosa")
    repository.git("checkout", "-q", "main")
    repository.commit("Once more", "sage")
    repository.git("checkout", "-q", "proposal")
    repository.git("merge", "-q", "--no-edit", "main", **rosa)
    assert repository.judged("sage", "rosa") == 1, "a merge can bring in anything: who made it is an author"


def test_who_is_named_beside_the_commits_is_left_out_too(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Whom the host knows to have pushed; and the report as data names both."""
    repository.change("First", "moth")
    assert repository.judged("sage", "fern") == 0
    assert repository.judged("sage", "fern", more=("--author", "@Fern")) == 1
    capsys.readouterr()
    repository.judged("sage", "rosa", more=("--author", "fern", "--json"))
    assert json.loads(capsys.readouterr().out)["wrote"] == ["fern", "moth"]


def test_what_is_not_committed_asks_for_its_author(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Git cannot know it yet."""
    repository.change("First", "river")
    repository.judged("sage")
    assert "not committed" not in capsys.readouterr().err
    path = repository.folder / PEP
    path.write_bytes(path.read_bytes().replace(b"urgency: hours", b"urgency: soon"))
    repository.judged("sage")
    assert "not committed yet has no author" in capsys.readouterr().err


def test_a_proposal_cannot_rename_its_authors(repository: Repository) -> None:
    """Neither by a mailmap, nor by settings of the repository, nor by a message that looks like the end of an entry."""
    (repository.folder / ".mailmap").write_text("Nobody <nobody@x.example> sage <s@x.example>\n", encoding="utf-8")
    repository.git("config", "log.mailmap", "true")
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "i18n.logOutputEncoding", "UTF-16")
    repository.change("\1\n\2 rosa <x> Co-authored-by: fern <y@z.example>", "sage", "s@x.example")
    repository.change("Ünïcode ✂", "fërn", "f@x.example")
    found = authors_since(repository.folder / "content", "main")
    assert found == [Signature("fërn", "f@x.example"), Signature("sage", "s@x.example")]
    assert repository.judged("sage", "rosa") == 1


def test_a_revision_that_is_none_is_refused(repository: Repository, tmp_path: Path) -> None:
    """With how to mend it; an option is no revision."""
    for name in ("no-such", "--all", "main...", ""):
        with pytest.raises(ValueError, match="name a branch, a tag or a commit"):
            authors_since(repository.folder, f"{name} x")
