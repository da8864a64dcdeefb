"""The reloader says when danger is heard less well than it could be, and why; silent where all is well."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest

from bot.book import BookFault, Edition, default_folders, snapshot
from bot.channels.terminal import SURFACE
from bot.engine import Press, Start, Typed, World, compile_flows, step
from bot.find import Finder, build_finder
from bot.find.triage import hearing
from bot.privacy import safe_log
from bot.runtime import reloader
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


def test_presses_are_answered_before_the_finder_is_there_and_typed_words_wait(
    files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody who types right after a start is heard by less than the whole finder."""
    going = threading.Event()

    def slowly(edition: Edition) -> Finder:
        going.wait(10)
        return build_finder(edition)

    monkeypatch.setattr(reloader, "build_finder", slowly)
    watching = Reloader(LiveBook(lambda: files, compile_flows), SURFACE, TODAY, lambda _: None, later=True)
    watching.start(60)
    turn = step(watching.world(), "", Start())
    assert step(watching.world(), turn.token, Press(turn.screen.choices[0].token)).screen.text
    heard: list[str] = []
    world = watching.world()
    typed = threading.Thread(target=lambda: heard.append(step(world, turn.token, Typed("i took too many pills")).screen.text))
    typed.start()
    typed.join(0.2)
    assert typed.is_alive()
    assert heard == []
    going.set()
    typed.join(20)
    watching.stop()
    whole = World(world.edition, build_finder(world.edition).listen, SURFACE)
    assert heard == [step(whole, turn.token, Typed("i took too many pills")).screen.text]


def test_who_waits_for_a_finder_that_cannot_be_made_is_told(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """And does not wait for ever."""

    def breaks(_edition: Edition) -> Finder:
        raise BookFault([])

    monkeypatch.setattr(reloader, "build_finder", breaks)
    watching = Reloader(LiveBook(lambda: files, compile_flows), SURFACE, TODAY, lambda _: None, later=True)
    with pytest.raises(BookFault):
        watching._begin()
    with pytest.raises(BookFault):
        watching.world().listen("hello", "en")
