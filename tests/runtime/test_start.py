"""A start whose source is away: the folder that was named beside it, else a clear refusal; never somebody else's pack."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.book import BookFault, default_folders
from bot.commands.shared.start import live_book_of
from bot.privacy.log_grammar import parse
from bot.runtime.git_source import GitSource

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_folder_or_a_cache_it_refuses(tmp_path: Path) -> None:
    """With the sentence that says what to try, and not the address."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CONSTELLATION")}
    environ = {**clean, "CONSTELLATION_TELEGRAM_TOKEN": "1:x", "CONSTELLATION_CACHE_DIR": str(tmp_path)}
    words = [sys.executable, "-m", "bot", "run", "telegram", "--source", "file:///nowhere/canaryword.git"]
    done = subprocess.run(words, env=environ, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    said = [parse(line) for line in (done.stdout + done.stderr).splitlines()]
    assert all(said)
    assert "canaryword" not in done.stdout + done.stderr
    assert said[-1]
    assert said[-1].why == "source"
    assert [line.kind for line in said if line] == ["source_failed", "content_fault", "refusal"]


def test_what_was_kept_before_there_was_a_source_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot is tried first, and given its source afterwards: the pack that was kept meanwhile is somebody else's."""
    monkeypatch.setenv("CONSTELLATION_CACHE_DIR", str(tmp_path))
    args = argparse.Namespace(content=None, flows=None, date=None, require_signatures=0, signers=None)
    assert live_book_of(args).book.topics
    with pytest.raises(BookFault):
        live_book_of(args, GitSource("file:///nowhere/x.git", "main", 60, tmp_path, lambda *_, **__: None))


def test_the_folder_named_beside_it_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the bot knows that it is not the newest."""
    monkeypatch.setenv("CONSTELLATION_CACHE_DIR", str(tmp_path))
    content, flows = default_folders()
    args = argparse.Namespace(content=content, flows=flows, date=None, require_signatures=0, signers=None)
    live_book = live_book_of(args, GitSource("file:///nowhere/x.git", "main", 60, tmp_path, lambda *_, **__: None))
    assert not live_book.healthy
    assert live_book.book.topics
