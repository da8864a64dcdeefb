"""The descriptor of a channel: what it is called and has, where its parts are, and how it is run.

Each package of `bot.channels` has one, `CHANNEL`, and `bot.channels.registry` lists them. Importing a descriptor loads no library
of its network: what needs one is a function that imports it when called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from bot.channels.phone import Phone
from bot.engine import Event, Surface, Turn, World
from bot.find import Deaf

Step = Callable[[World, str, Event], Turn]
WorldOf = Callable[[], World]


def deaf_of(world: World | None) -> Deaf:
    """What is missing for hearing danger in a world; nothing where there is none."""
    return world.deaf if world is not None else ""


TokenPlace = Literal["buttons", "session", "form", "process"]
"""Where the state of a talk travels: under each button on the person's side, in the bot's sealed session, in a form that the
person's side sends back, or in the process that serves one person alone."""

Erasable = Literal["answers", "typed words"]
"""What a channel can take back: what the bot wrote, what the person typed."""

TimerKeeper = Literal["bot", "app"]
"""Who clears a chat later: the bot, at its time, or the app on the phone, as the bot has set it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that `constellation ops doctor` looked at. `says`: what was found. `fix`: what to do about it, "" when all is
    well. Neither holds a secret or what a person wrote."""

    name: str
    ok: bool
    says: str
    fix: str = ""


SHARING: Final = ("valkey_file", "valkey_library", "valkey_address", "valkey_plain", "replicas")
"""Why a channel that replicas can serve refuses where they are to meet; what the server itself is refused for comes later."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that the channel reads from `variable`, or from a file that `variable` and `_FILE` name. `asked_by`: the variable
    that makes it needed, "" where the channel never runs without it."""

    name: str
    variable: str
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Where a channel is told how to run. `read`: an environment to its settings; raises `SettingsError` with one of `refusals`,
    keys of `bot.privacy.log_grammar.REFUSALS`. `marks`: variables of which one is set on a machine that serves the channel."""

    read: Callable[[Mapping[str, str]], Any]
    marks: tuple[str, ...]
    refusals: tuple[str, ...]
    secrets: tuple[Secret, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """How `constellation run NAME` serves a channel. `summary`, `example`: of its help. `serve`: takes the engine's step, what
    gives the world of now, and the settings; runs until SIGTERM, and gives the status to end with."""

    summary: str
    example: str
    serve: Callable[[Step, WorldOf, Any], int]


@dataclass(frozen=True, slots=True)
class Probe:
    """The person's end of a channel, for `constellation ops probe`. `phone`: an environment to a phone; raises `SettingsError`
    with one of `refusals`. `login`: gets the probe's account in at this terminal, None where none is needed; gives the class of
    the exception that kept it out, "" for none; raises as `phone`."""

    phone: Callable[[Mapping[str, str]], Phone]
    refusals: tuple[str, ...]
    login: Callable[[Mapping[str, str]], str] | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """What a channel is and has.

    `identity`: its network tells the bot who writes. `tokens`: where the state of a talk travels. `erasing`: what it can take
    back. `timers`: who clears a chat later, None where nobody can. `sessions`: the name that its chats are named under, "" where
    the bot keeps no session. `settings`: None where it needs none. `health`: the variable that names its health file, "" for
    none. `service`: None where `constellation run` does not serve it. `probe`: None where no account can play a person.
    `checks`: an environment to what the channel's network says of the bot; it asks there. `inventory`: the file with the words
    that `constellation ops inventory` and docs/privacy.md have for what it holds.
    """

    surface: Surface
    identity: bool
    tokens: TokenPlace
    erasing: tuple[Erasable, ...] = ()
    timers: TimerKeeper | None = None
    sessions: str = ""
    settings: ChannelSettings | None = None
    health: str = ""
    service: Service | None = None
    probe: Probe | None = None
    checks: Callable[[Mapping[str, str]], tuple[Check, ...]] | None = None
    inventory: Path | None = None

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return self.surface.name

    @property
    def title(self) -> str:
        """Its name as people know it."""
        return self.surface.title

    def set_up(self, environ: Mapping[str, str]) -> bool:
        """Whether a machine with this environment serves the channel."""
        return self.settings is not None and any(environ.get(mark) for mark in self.settings.marks)
