"""What a revision held is what the folders held then, wherever in a repository they lie."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.book.snapshots import snapshot, snapshot_of_revision
from tests.book.pack import pack

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="no git; apt-get install git")


def _git(where: Path, *words: str) -> None:
    who = {"GIT_AUTHOR_NAME": "river", "GIT_AUTHOR_EMAIL": "river@users.noreply.example"}
    environ = {**os.environ, **who, "GIT_COMMITTER_NAME": "river", "GIT_COMMITTER_EMAIL": "river@users.noreply.example"}
    subprocess.run(["git", "-C", str(where), *words], check=True, capture_output=True, env=environ)


@pytest.mark.parametrize("below", ["", "deep/er"])
def test_a_revision_reads_as_its_folders(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, below: str) -> None:
    """At the root of a repository or below; an edit afterwards does not show; a folder that was not there is empty."""
    content, flows = tmp_path / below / "content", tmp_path / below / "flows"
    for name, data in pack().items():
        path = tmp_path / below / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-q", "-m", "first")
    flows.mkdir(parents=True)
    (flows / "a.yaml").write_text("flow: a\n", encoding="utf-8")
    before = snapshot(content, flows)
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-q", "-m", "second")
    (content / "book.yaml").write_text("other: words\n", encoding="utf-8")
    (content / ".hidden.yaml").write_text("a: b\n", encoding="utf-8")
    assert snapshot_of_revision(content, flows, "HEAD") == before
    assert snapshot_of_revision(content, flows, "HEAD~1") == {k: v for k, v in before.items() if k.startswith("content/")}
    for revision in ("nope", "--help", "HEAD:content"):
        with pytest.raises(ValueError, match="revision"):
            snapshot_of_revision(content, flows, revision)
    outside = tmp_path_factory.mktemp("outside")
    with pytest.raises(ValueError, match="repository"):
        snapshot_of_revision(outside, outside, "HEAD")
