"""The subpoena drill: whatever the program can hold is explained, and the page on privacy says so."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from benchmarks.support.signal_daemon import SignalDaemon
from benchmarks.support.telegram_server import TelegramServer
from bot.channels.signal.app import channel as signal_channel
from bot.channels.signal.settings import Settings as SignalSettings
from bot.channels.telegram.app import channel, poll
from bot.channels.telegram.settings import Settings
from bot.engine.state import State
from bot.engine.tokens import SHIFTS
from bot.engine.turn import step
from bot.engine.types import Surface, World
from bot.find.building import build_finder
from bot.ops.inventory import table
from bot.ops.inventory.fields import fields, modules

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot/channels/", "bot/privacy/", "bot/runtime/", "bot/commands/")
AGAIN = "Write it again: constellation ops inventory --write docs/privacy.md"


def test_whatever_the_program_can_hold_is_explained() -> None:
    """A new field, cache, global, log line or key needs its words in bot/ops/inventory/explained.yaml or outside.yaml."""
    assert table.unexplained() == ()


def test_nothing_is_explained_that_is_not_there() -> None:
    """Or twice."""
    assert table.vanished() == ()


def test_the_page_on_privacy_holds_the_table() -> None:
    """To the letter, between its marks."""
    page = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    assert table.in_page(page) == page, AGAIN


def test_the_page_for_a_lawyer_holds_what_can_tell_of_people_and_nothing_else() -> None:
    """Every class of a row about people that has a word to say; no row that holds nothing about anybody."""
    page = table.as_markdown()
    for each in table.entries():
        assert (f"| {each.where} |" in page) == each.people, each.name
        for name, words in each.fields.items():
            path, _, place = name.partition(":")
            if each.people and words and "." in place and words not in table._NOTHING:
                assert f"| `{place.partition('.')[0]}`, {path} | " in page, name
    silent = {each.name for each in table.entries() if not each.people}
    assert {"book", "parts", "health_file"} <= silent
    assert not {"update", "session", "timer", "telegram", "phone", "log"} & silent


def test_every_holding_says_all_four_things() -> None:
    """Where, what, how long, and what it tells; in parts that have a heading."""
    for each in table.entries():
        assert each.part in table.PARTS, each.name
        assert all((each.where, each.what, each.lives, each.tells)), each.name
        assert "|" not in each.where + each.what + each.lives + each.tells, each.name


def test_a_button_holds_the_state_and_nothing_else() -> None:
    """What a token carries are the fields of the state, which are explained one by one, with words."""
    assert {*SHIFTS, "word", "ticks", "dismissed"} == set(State._fields)
    button = next(each for each in table.entries() if each.name == "button")
    assert set(button.fields) == {f"bot/engine/state.py:State.{name}" for name in State._fields}
    assert all(button.fields.values())


def _planted(root: Path, body: str) -> set[str]:
    for name, text in {
        "commands/run/channel.py": "def run():\n    from bot.channels import new\n",
        "channels/new.py": body,
    }.items():
        path = root / "bot" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return {name.rpartition(":")[2] for name in fields(root)}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("@dataclass(frozen=True)\nclass A:\n    chat: int\n", "A.chat"),
        ("class A(NamedTuple):\n    chat: int = 0\n", "A.chat"),
        ("class A:\n    __slots__ = (*('chat',), 'b')\n", "A.chat"),
        ("class A:\n    def late(self):\n        self.b, self.chat = 1, 2\n", "A.chat"),
        ("class A:\n    def __init__(self):\n        self.chat: int = 0\n", "A.chat"),
        ("class A:\n    @cached_property\n    def chat(self): return 1\n", "chat()"),
        ("@functools.lru_cache(maxsize=9)\ndef chat(a): return a\n", "chat()"),
        ("chats = {}\n", "chats"),
        ("chat = None\ndef set():\n    global chat\n    chat = 1\n", "chat"),
    ],
)
def test_a_new_field_is_found(tmp_path: Path, body: str, found: str) -> None:
    """In each way that Python has to keep something, in a module that the bot only loads in a function."""
    assert found in _planted(tmp_path, body)


def test_libraries_beside_an_installed_bot_are_not_looked_at(tmp_path: Path) -> None:
    """What is installed lies in one folder: `constellation ops inventory` for a lawyer names what is ours alone."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "__init__.py").write_text("theirs = {}\n")
    assert _planted(tmp_path, "import library\nfrom library import other\nchats = {}\n") == {"chats"}


def test_what_the_bot_loads_is_looked_at_and_the_desk_is_not() -> None:
    """The rooms of people, and of the book; nothing that peers alone use."""
    loaded = modules()
    for path in (
        "bot/privacy/session.py",
        "bot/channels/telegram/webhook.py",
        "bot/channels/signal/rpc.py",
        "bot/find/ranker.py",
    ):
        assert path in loaded
    assert not [path for path in loaded if path.startswith(("bot/authoring/", "bot/outreach/"))]


async def test_live_objects_have_no_field_that_was_not_read(world) -> None:
    """The whole channel runs and answers; each attribute of each of its objects is among the fields read from the code."""
    known = {(name.partition(":")[0], name.rpartition(".")[2]) for name in fields()}
    server = TelegramServer()
    await server.start()
    try:
        settings = Settings(server.token, server.url, pace=False, name_cost=2)
        async with channel(step, lambda: world, settings) as parts:
            stop = asyncio.Event()
            polling = asyncio.create_task(poll(parts, stop))
            ann = server.person(77, "en")
            ann.types("hello")
            await server.until(lambda: any(message.by_bot for message in ann.sees), 20)
            seen = _attributes()
            stop.set()
            await polling
    finally:
        await server.stop()
    assert len({path for path, _ in seen}) > 12
    assert ("bot/runtime/state/flood_counts.py", "_kept") in seen
    assert sorted(seen - known) == []


async def test_live_objects_on_signal_neither(edition, tmp_path: Path) -> None:
    """The same, on Signal."""
    known = {(name.partition(":")[0], name.rpartition(".")[2]) for name in fields()}
    daemon = SignalDaemon(tmp_path / "s")
    await daemon.start()
    world = World(edition, build_finder(edition).listen, Surface(name="signal", title="Signal", buttons=False))
    try:
        async with signal_channel(step, lambda: world, SignalSettings(str(daemon.socket), name_cost=2)) as parts:
            await asyncio.wait_for(parts.daemon.connected.wait(), 5)
            daemon.writes(str(uuid.uuid4()), "hello")
            await daemon.until(lambda: any(daemon.chats.values()))
            seen = _attributes()
    finally:
        await daemon.stop()
    assert ("bot/channels/signal/driver.py", "_exits") in seen
    assert sorted(seen - known) == []


def _attributes() -> set[tuple[str, str]]:
    found, loaded = set(), set(modules())
    for thing in gc.get_objects():
        made = type(thing)
        path = str(made.__module__).replace(".", "/") + ".py"
        # Not the probe's: it is another process, and its tests put doubles into its objects.
        if (
            path not in loaded
            or path.endswith("/phone.py")
            or not path.startswith(("bot/channels/", "bot/privacy/", "bot/runtime/", "bot/commands/"))
        ):
            continue
        ours = [base for base in made.__mro__ if base.__module__ == made.__module__]
        slots = [name for base in ours for name in getattr(base, "__slots__", ())]
        dynamic = vars(thing) if hasattr(thing, "__dict__") and len(ours) == len(made.__mro__) - 1 else {}
        found |= {(path, name) for name in (*slots, *dynamic) if not name.startswith("__")}
    return found


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_the_command_shows_it(form: str) -> None:
    """In each form, whole, with status 0."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ops", "inventory", "--format", form, "--fields"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ("`State`, bot/engine/state.py" if form == "markdown" else "State.word") in done.stdout
    if form == "json":
        assert len(json.loads(done.stdout)["inventory"]) == len(table.entries())


def test_a_page_without_its_marks_is_not_written(tmp_path: Path) -> None:
    """And it stays as it was."""
    page = tmp_path / "page.md"
    page.write_text("# A page\n")
    with pytest.raises(ValueError, match="marks"):
        table.in_page(page.read_text())
