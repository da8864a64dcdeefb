"""The probe in Telegram: against the real channel over real HTTP, with a client that has the library's own methods."""

from __future__ import annotations

import asyncio
import copy
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.support.telegram_server import Fault, Message, TelegramServer
from bot.channels.telegram.app import channel, poll
from bot.channels.telegram.phone import TelegramPhone, client, login
from bot.channels.telegram.settings import Settings
from bot.engine.turn import step
from bot.engine.types import Surface, World
from bot.find.building import build_finder
from bot.ops.probe.conversation import NotThereError, play
from bot.ops.probe.script import Script, scripts
from bot.privacy.log_grammar import PROBE_STEPS

BOT = "a_bot"


class Button:
    """As Telethon's `MessageButton`."""

    def __init__(self, text: str) -> None:
        self.text = text


class Shown:
    """As Telethon's `Message`, of what a person sees."""

    def __init__(self, person: Any, message: Message) -> None:
        self._person, self._message = person, message
        self.out, self.raw_text = not message.by_bot, message.text
        self.buttons = [[Button(button["text"]) for button in row] for row in message.rows] or None

    async def click(self, *, text: str) -> None:
        """Presses, and waits for an acknowledgement as Telegram's own request does."""
        query = self._person.presses(text, self._message)
        while query not in self._person.server.acknowledged:
            await asyncio.sleep(0.01)


class Client:
    """The methods of a Telethon client that the probe uses, over the person of our server. `known`: whether it is logged in."""

    def __init__(self, person: Any, known: bool = True) -> None:
        self.person, self.known, self.asked = person, known, set()
        self.session = self
        self.connected = False

    async def connect(self) -> None:
        """As Telethon's."""
        self.connected = True

    async def disconnect(self) -> None:
        """As Telethon's."""
        self.connected = False

    async def start(self) -> None:
        """As Telethon's, where somebody gives the right code."""
        self.known = True

    def save(self) -> str:
        """As Telethon's `StringSession`."""
        return "a login"

    async def is_user_authorized(self) -> bool:
        """As Telethon's."""
        return self.known

    async def send_message(self, entity: str, message: str) -> None:
        """As Telethon's."""
        assert self.connected
        self.asked.add(entity)
        self.person.types(message)

    async def get_messages(self, entity: str, *, limit: int) -> list[Shown]:
        """As Telethon's: the newest first."""
        self.asked.add(entity)
        return [Shown(self.person, message) for message in reversed(self.person.sees)][:limit]

    async def delete_dialog(self, entity: str, *, revoke: bool) -> None:
        """As Telethon's, for both sides."""
        assert revoke
        self.asked.add(entity)
        self.person.server.chats[self.person.chat].clear()


@pytest.fixture(scope="module")
def telegram_world(edition) -> World:
    """The real pack in Telegram."""
    surface = Surface(name="telegram", title="Telegram", timers=True, layouts=True)
    return World(edition, build_finder(edition).listen, surface)


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """A Bot API server."""
    made = TelegramServer()
    await made.start()
    yield made
    await made.stop()


def expected(world: World) -> tuple[Script, ...]:
    """What the probe makes of the pack (`bot.ops.probe.expected`): without the first line, which varies."""
    return scripts(World(world.edition, world.listen, replace(world.surface, previews=False)))


@asynccontextmanager
async def running(server: TelegramServer, world: World) -> AsyncIterator[None]:
    """The real channel, polling."""
    stop = asyncio.Event()
    async with channel(step, lambda: world, Settings(server.token, server.url, pace=False, name_cost=2)) as parts:
        polling = asyncio.create_task(poll(parts, stop))
        try:
            yield
        finally:
            stop.set()
            await polling


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_bot_that_is_well(server, telegram_world, language):
    """Every step is done, in the language that the account's phone asks for; only the one chat was looked at."""
    made = Client(server.person(77, language))
    async with running(server, telegram_world):
        outcome = await play(TelegramPhone(made, BOT), expected(telegram_world), 8)
    assert (outcome.failed, tuple(outcome.took)) == ("", PROBE_STEPS)
    assert made.asked == {BOT}
    assert made.person.sees == []
    assert not made.connected


async def test_nobody_answers(server, telegram_world):
    """A dead bot fails at the start."""
    outcome = await play(TelegramPhone(Client(server.person(77)), BOT), expected(telegram_world), 0.4)
    assert (outcome.failed, outcome.other) == ("start", False)


async def test_a_bot_that_dies_in_the_middle(server, telegram_world):
    """The step that got no answer is named; the press is not waited for beyond its time."""
    made = Client(server.person(77))

    async def refused(parameters: dict[str, Any]) -> Any:
        await asyncio.sleep(30)

    server._do_editMessageText = refused
    server.faults["answerCallbackQuery"] = [Fault("before")] * 50
    async with running(server, telegram_world):
        outcome = await play(TelegramPhone(made, BOT), expected(telegram_world), 1.0)
        assert (outcome.failed, tuple(outcome.took)) == ("urgent", ("connect", "start"))
        assert 1000 <= outcome.waited < 3000
        for task in asyncio.all_tasks():
            if "refused" in str(task.get_coro()):
                task.cancel()


async def test_a_bot_with_other_content(server, telegram_world, edition):
    """The urgent menu of a book that lacks a card is another screen: an old pack is recognised."""
    old = copy.copy(edition)
    old.cards = {name: card for name, card in edition.cards.items() if name != "seizure"}
    stale = World(old, telegram_world.listen, telegram_world.surface)
    async with running(server, stale):
        outcome = await play(TelegramPhone(Client(server.person(77)), BOT), expected(telegram_world), 1.5)
    assert (outcome.failed, outcome.other) == ("urgent", True)


async def test_a_message_that_stays(server, telegram_world):
    """What leave could not delete is found."""
    made = Client(server.person(77))
    async with running(server, telegram_world):
        phone = TelegramPhone(made, BOT)
        first = phone.start

        async def start() -> None:
            old = Message(1, True, "an old screen", server.now() - 60 * 3600)
            server.put(77, old)
            await first()

        phone.start = start
        outcome = await play(phone, expected(telegram_world), 2)
    assert outcome.failed == "empty"


async def test_nobody_has_logged_in(server):
    """The probe's own account is told apart from the bot."""
    outcome = await play(TelegramPhone(Client(server.person(77), known=False), BOT), (), 1)
    assert outcome.failed == "connect"


async def test_the_librarys_errors_carry_nothing(server):
    """What a call raises is replaced: its words hold whom was asked."""
    made = Client(server.person(77))

    async def fails(*_: Any, **__: Any) -> None:
        raise ValueError("private words")

    made.send_message = fails
    phone = TelegramPhone(made, BOT)
    await phone.open()
    with pytest.raises(NotThereError) as raised:
        await phone.types("hello")
    assert "private" not in str(raised.value)
    assert raised.value.__suppress_context__


async def test_a_fault_of_the_probe_is_a_failed_step(server, telegram_world, capfd):
    """And not the end of the probe: what is unforeseen is said by its class, and told."""
    made = Client(server.person(77))

    async def odd(*_: Any, **__: Any) -> list[Any]:
        return [object()]

    made.get_messages = odd
    outcome = await play(TelegramPhone(made, BOT), expected(telegram_world), 1)
    assert outcome.failed == "start"
    assert "fault error=AttributeError" in capfd.readouterr().out


async def test_a_login_is_kept_for_its_owner_alone(server, tmp_path: Path):
    """Mode 600, also where the file was there with another."""
    file = tmp_path / "login"
    file.touch(mode=0o644)
    await login(Client(server.person(77), known=False), file)
    assert file.read_text() == "a login"
    assert file.stat().st_mode & 0o777 == 0o600


async def test_the_real_library_has_these_methods():
    """Names and parameters as used, and a client is made without asking anybody. Skips where the extra is missing."""
    telethon = pytest.importorskip("telethon", reason="pip install '.[probe]'")
    from telethon.tl.custom import Message as Real

    made = client("", 1, "0" * 32)
    assert isinstance(made, telethon.TelegramClient)
    uses = {
        made.connect: (), made.disconnect: (), made.is_user_authorized: (), made.start: (),
        made.send_message: ("message",), made.iter_messages: ("limit",), made.delete_dialog: ("revoke",), Real.click: ("text",),
    }  # fmt: skip
    for method, parameters in uses.items():
        assert set(parameters) <= set(inspect.signature(method).parameters), method
    assert {"out", "buttons", "raw_text"} <= {*dir(Real), *inspect.signature(Real.__init__).parameters}
    assert made.session.save() == ""
