"""The reloader says when danger is heard less well than it could be, and why; silent where all is well."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.book import BookFault, Edition, default_folders, snapshot
from bot.channels.channel import deaf_of
from bot.channels.terminal import SURFACE
from bot.engine import Press, Start, Typed, World, compile_flows, step
from bot.find import Finder, build_finder, building, finder
from bot.find.triage import hearing
from bot.find.triage.identity import IDENTITY
from bot.privacy import safe_log
from bot.privacy.log_grammar import refusal_line
from bot.runtime import memory, reloader
from bot.runtime.health import WHY
from bot.runtime.live_book import LiveBook
from bot.runtime.reloader import Reloader
from tests.conftest import TODAY

_SEIZURE = "content/find/examples/seizure.yaml"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The pack that ships."""
    return dict(snapshot(*default_folders()))


def said(files: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What a reloader over these files says of its hearing as it begins; health is told the same."""
    lines: list[tuple[str, int]] = []
    monkeypatch.setattr(safe_log, "say", lambda what, **numbers: lines.append((what, *numbers.values())))
    watching = Reloader(LiveBook(lambda: files, compile_flows), SURFACE, TODAY, lambda _: None)
    found = [line for line in lines if line[0] == "hears_less"]
    assert [why for _, why in found] == [WHY[deaf] for deaf in [deaf_of(watching.world())] if deaf]
    return found


def test_a_whole_pack_is_heard(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the encoder and heads of these examples."""
    assert said(files, monkeypatch) == []


def test_a_pack_without_heads_is_heard_by_nets_alone(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so."""
    bare = {name: data for name, data in files.items() if name not in (hearing.HEADS_FILE, hearing.NUMBERS_FILE)}
    assert said(bare, monkeypatch) == [("hears_less", 2)]


def test_heads_for_another_encoder_are_not_used(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """They would say nothing true of this one's vectors: the nets hear alone, and it is told."""
    other = files[hearing.HEADS_FILE].replace(IDENTITY.encode(), b"another-encoder:0123456789abcdef")
    assert other != files[hearing.HEADS_FILE]
    assert said({**files, hearing.HEADS_FILE: other}, monkeypatch) == [("hears_less", 2)]


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


@pytest.mark.parametrize("loads", [True, False])
def test_what_the_first_answer_needs_comes_first(loads: bool, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for garbage waits for the first answers. What tells languages apart is made while the encoder loads; where there is
    none, after them: a clear question does not ask for it."""
    order: list[str] = []

    def named(what: str, then: Callable[..., object]) -> Callable[..., object]:
        def told(*given: object) -> object:
            order.append(what)
            return then(*given)

        return told

    monkeypatch.setattr(building, "load_encoder", named("encoder begins", lambda: loads))
    monkeypatch.setattr(building, "Finder", named("words", Finder))
    monkeypatch.setattr(finder, "ForeignId", named("languages", finder.ForeignId))
    monkeypatch.setattr(hearing, "shared_encoder", named("encoder is needed", lambda: None))
    monkeypatch.setattr(memory, "settle", named("garbage", lambda: ended.set()))
    monkeypatch.setattr(reloader, "ANSWERS_FIRST", 60.0)
    ended = threading.Event()
    watching = Reloader(LiveBook(lambda: files, compile_flows), SURFACE, TODAY, lambda _: None, later=True)
    watching.world()
    watching.start(60)
    watching.world().listen("where can i get prep", "en")
    order.append("answer")
    watching.stop()
    assert ended.wait(20)
    languages = [["languages"], []] if loads else [[], ["languages"]]
    told = ["words", "encoder begins", *languages[0], "encoder is needed", "answer", *languages[1], "garbage"]
    assert list(dict.fromkeys(order)) == told


def test_a_running_bot_keeps_no_files_of_the_finder(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor what only its making needed: neither after a start, nor once another finder is made."""
    days = [TODAY]
    monkeypatch.setattr(Reloader, "_today", lambda _: days[0])
    watching = Reloader(LiveBook(lambda: files, compile_flows), SURFACE, None, lambda _: None)
    for _ in range(2):
        assert watching._made is not None
        made = watching._made[1]
        assert not made.pack.phrases
        assert made._foreign._make is None
        watching._made = None
        days[0] += dt.timedelta(1)
        assert watching.look()


def test_a_finder_is_not_made_of_patterns_that_cannot_be_read(files: dict[str, bytes]) -> None:
    """It reads them itself, once; what somebody in danger types must not get lost silently."""
    signs = "content/find/danger.en.yaml"
    broken = files[signs].replace(b"\nsigns:\n", b"\nsigns:\n  sign-of-test:\n    - ab*\n", 1)
    assert broken != files[signs]
    book = LiveBook(lambda: {**files, signs: broken}, compile_flows)
    with pytest.raises(BookFault) as told:
        build_finder(book.on(TODAY))
    assert [(fault.file, fault.code) for fault in told.value.faults] == [(signs, "SIGN-PATTERN")]


def test_who_waits_for_a_finder_that_cannot_be_made_is_told(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """And does not wait for ever."""

    def breaks(_edition: Edition) -> Finder:
        raise BookFault([])

    monkeypatch.setattr(reloader, "build_finder", breaks)
    watching = Reloader(LiveBook(lambda: files, compile_flows), SURFACE, TODAY, lambda _: None, later=True)
    with pytest.raises(BookFault):
        watching._begin()
    told: list[BookFault] = []

    def asks() -> None:
        try:
            watching.world().listen("hello", "en")
        except BookFault as error:
            told.append(error)

    asking = threading.Thread(target=asks, daemon=True)
    asking.start()
    asking.join(5)
    assert told


def test_a_finder_that_cannot_be_made_ends_the_bot(tmp_path: Path) -> None:
    """With status 1, at its start, like a book that is not whole: a bot that hears nothing would let everybody wait."""
    content, flows = default_folders()
    shutil.copytree(content, tmp_path / "content")
    phrases = tmp_path / "content" / "find" / "phrases.yaml"
    phrases.write_text(phrases.read_text("utf-8") + "nonsense: canaryword\n", "utf-8")
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CONSTELLATION")}
    environ = clean | {"CONSTELLATION_TELEGRAM_TOKEN": "1:x", "CONSTELLATION_TELEGRAM_API_URL": "http://127.0.0.1:9/bot"}
    words = [sys.executable, "-m", "bot", "run", "telegram", "--content", str(tmp_path / "content"), "--flows", str(flows)]
    done = subprocess.run(words, env=environ, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == f"{refusal_line('content')}\n"
    assert "fault error=BookFault" in done.stdout
    assert "canaryword" not in done.stdout
