"""The probe's end of a Telegram chat: an account of the operator's (no bot can write to a bot). Needs the extra `probe`."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.channels.phone import PREFIX, NotThereError
from bot.channels.settings import SettingsError
from bot.channels.telegram.render import screen_message
from bot.engine import Choice, Screen

LATEST: Final = 30


class TelegramPhone:
    """`client`: a Telethon client, or what has its five methods used here. `bot`: the bot's username.

    Nothing but the chat with the bot is asked for, and the client takes no updates: no other chat is ever read.
    """

    lingers = 0.0
    pause = 0.5

    def __init__(self, client: Any, bot: str) -> None:
        self._client, self._bot = client, bot
        self._pressing: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Connects, and deletes what an earlier talk left. Raises `NotThereError`, also where nobody has logged in yet."""
        await self._try(self._client.connect())
        if not await self._try(self._client.is_user_authorized()):
            raise NotThereError
        await self._try(self._client.delete_dialog(self._bot, revoke=True))

    async def start(self) -> None:
        """As a person who opens the chat."""
        await self.types("/start")

    async def types(self, words: str) -> None:
        """As in `Phone`."""
        await self._try(self._client.send_message(self._bot, words))

    async def press(self, screen: Screen, choice: Choice) -> None:  # noqa: ARG002 (Signal's phone needs the screen to count)
        """As in `Phone`, by the button's words, on the newest message that has it. The bot's acknowledgement is not awaited."""
        for message in await self._messages():
            if choice.label in _labels(message):
                task = asyncio.ensure_future(message.click(text=choice.label))
                self._pressing.add(task)
                task.add_done_callback(self._pressed)
                return
        raise NotThereError

    def _pressed(self, task: asyncio.Task[Any]) -> None:
        self._pressing.discard(task)
        if not task.cancelled():
            task.exception()

    async def leave(self) -> None:
        """As in `Phone`."""
        await self.types("/leave")

    async def sees(self) -> Sequence[str]:
        """As in `Phone`."""
        return tuple("\n".join([message.raw_text or "", *_labels(message)]) for message in await self._messages())

    async def _messages(self) -> list[Any]:
        """The bot's, the newest first."""
        return [message for message in await self._try(self._client.get_messages(self._bot, limit=LATEST)) if not message.out]

    def shows(self, screen: Screen) -> str:
        """As in `Phone`."""
        message = screen_message(screen)
        return "\n".join([message.plain, *(choice.label for row in message.keyboard for choice in row)])

    async def close(self) -> None:
        """Deletes the chat on both sides, and disconnects."""
        for task in list(self._pressing):
            task.cancel()
        try:
            await self._try(self._client.delete_dialog(self._bot, revoke=True))
        finally:
            with contextlib.suppress(Exception):
                await self._client.disconnect()

    async def _try(self, work: Any) -> Any:
        try:
            return await work
        except Exception:
            # The library's errors hold what was asked and of whom.
            raise NotThereError from None


def _labels(message: Any) -> list[str]:
    return [button.text for row in message.buttons or () for button in row]


def client(session: str, number: int, secret: str) -> Any:
    """A Telethon client. `session`: its own string of a login, "" for a new one. `number`, `secret`: Telegram's API id and hash.
    Raises `ImportError` without the extra, `ValueError` for a broken session."""
    from telethon import TelegramClient
    from telethon.sessions import StringSession

    return TelegramClient(
        StringSession(session),
        number,
        secret,
        receive_updates=False,
        request_retries=2,
        connection_retries=2,
        flood_sleep_threshold=10,
        device_model="probe",
        app_version="1",
    )


async def login(made: Any, file: Path) -> None:
    """Asks at the terminal for the account's number and code, once, and keeps the session in `file`, mode 600."""
    await made.start()
    text = made.session.save()
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(handle, 0o600)
        os.write(handle, text.encode())
    finally:
        os.close(handle)
    await made.disconnect()


@dataclass(frozen=True, slots=True, repr=False)
class PhoneSettings:
    """`bot`: the bot's username. `api_id`, `api_hash`: the operator's at Telegram's API. `session_file`: what `log_in` writes."""

    bot: str
    api_id: int
    api_hash: str
    session_file: Path


def settings_from(environ: Mapping[str, str]) -> PhoneSettings:
    """What CONSTELLATION_PROBE_BOT, _API_ID, _API_HASH_FILE and _SESSION_FILE say. Raises `SettingsError`."""
    bot = environ.get(PREFIX + "BOT", "").strip().removeprefix("@")
    number, session = environ.get(PREFIX + "API_ID", "").strip(), environ.get(PREFIX + "SESSION_FILE", "").strip()
    file = environ.get(PREFIX + "API_HASH_FILE", "").strip()
    if not (bot and session and file and number.isascii() and number.isdecimal() and len(number) < 16):
        raise SettingsError("probe_telegram")
    return PhoneSettings(bot, int(number), _read(Path(file)), Path(session))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError("probe_telegram") from None


def _client(session: str, settings: PhoneSettings) -> Any:
    try:
        return client(session, settings.api_id, settings.api_hash)
    except ImportError:
        raise SettingsError("probe_library") from None
    except ValueError:
        raise SettingsError("probe_telegram") from None


def from_environment(environ: Mapping[str, str]) -> TelegramPhone:
    """The phone of the account that is logged in. Raises `SettingsError`, also where nobody has logged in yet."""
    settings = settings_from(environ)
    return TelegramPhone(_client(_read(settings.session_file), settings), settings.bot)


def log_in(environ: Mapping[str, str]) -> str:
    """Telegram asks for the account's number and its code at this terminal. Gives the class of the exception that kept
    the account out, "" for none. Raises `SettingsError`."""
    settings = settings_from(environ)
    made = _client("", settings)
    try:
        asyncio.run(login(made, settings.session_file))
    except Exception as error:
        return type(error).__name__
    return ""
