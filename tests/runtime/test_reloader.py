"""The reloader says when danger is heard less well than it could be, and why; silent where all is well."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.book import default_folders, snapshot
from bot.channels.terminal import SURFACE
from bot.engine import compile_flows
from bot.find.triage import hearing
from bot.privacy import safe_log
from bot.runtime.live_book import LiveBook
from bot.runtime.reloader import Reloader
from tests.conftest import TODAY

_SEIZURE = "content/find/examples/seizure.yaml"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The pack that ships."""
    return dict(snapshot(*default_folders()))


def said(files: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What a reloader over these files says of its hearing as it begins."""
    lines: list[tuple[str, int]] = []
    monkeypatch.setattr(safe_log, "say", lambda what, **numbers: lines.append((what, *numbers.values())))
    Reloader(LiveBook(lambda: files, compile_flows), SURFACE, TODAY, lambda _: None)
    return [line for line in lines if line[0] == "hears_less"]


def test_a_whole_pack_is_heard(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the encoder and heads of these examples."""
    assert said(files, monkeypatch) == []


def test_a_pack_without_heads_is_heard_by_nets_alone(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so."""
    bare = {name: data for name, data in files.items() if name not in (hearing.HEADS_FILE, hearing.NUMBERS_FILE)}
    assert said(bare, monkeypatch) == [("hears_less", 2)]


def test_heads_older_than_their_examples_are_used_and_told(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer wrote one more example and nobody fitted."""
    changed = files[_SEIZURE].replace(b"    en:\n", b"    en:\n      - one more sentence of a peer\n", 1)
    assert changed != files[_SEIZURE]
    assert said({**files, _SEIZURE: changed}, monkeypatch) == [("hears_less", 3)]


def test_a_missing_encoder_is_told(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot runs on nets alone."""
    monkeypatch.setattr(hearing, "shared_encoder", lambda: None)
    assert said(files, monkeypatch) == [("hears_less", 1)]
