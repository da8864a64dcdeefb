"""The engine's vocabulary: what happens, what is shown, what a channel is asked to do. Frozen data, no behaviour."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from bot.engine.subject_index import SubjectIndex
from bot.find import Deaf, Heard

if TYPE_CHECKING:
    from bot.book import Edition

# --- events: what a person did -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """The talk was opened. `payload`: a deep link's text, or "". `language`: the phone's language hint, or ""."""

    payload: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A choice was taken. `token`: the choice's token, at most 64 bytes of UTF-8."""

    token: str


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """Words were typed. `text` never leaves the call: no repr, no log, no exception shows it."""

    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something the bot does not open. `personal`: a shared location or contact, which the channel has erased."""

    personal: bool = False


Event = Start | Press | Typed | Unreadable

# --- screens: what is shown ----------------------------------------------------------------------------------------

SpanStyle = Literal["plain", "bold", "link", "contact"]
ChoiceKind = Literal["choice", "skip", "more", "back", "home", "urgent", "leave", "erase", "language"]


class Span(NamedTuple):
    """A run of text. `target`: the address of a `link`, or of a `contact` that can be followed ("" if only read)."""

    text: str
    style: SpanStyle = "plain"
    target: str = ""


class Choice(NamedTuple):
    """Something to press. `label`: at most 40 characters. `token`: the whole state after the press."""

    label: str
    token: str
    kind: ChoiceKind = "choice"


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen, for any channel.

    `spans` joined are the text, newlines included. `footer` is always there: back (where there is one), home, urgent,
    leave. `hears` says what typed words will be taken as.
    """

    step: str
    spans: tuple[Span, ...]
    choices: tuple[Choice, ...]
    footer: tuple[Choice, ...]
    hears: Literal["question", "word", "place", "nothing"] = "question"

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


# --- effects: what a channel is asked to do besides showing the screen ---------------------------------------------


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete the message whose button was pressed (a copy kept by the person), and leave the bubble as it is."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Send this as a message of its own, to keep, with one button that erases it."""

    spans: tuple[Span, ...]
    erase: Choice


@dataclass(frozen=True, slots=True)
class Leave:
    """Delete everything of this chat that can be deleted, before anything else.

    `neutral`: the text that replaces what cannot be deleted. `remains`: shown in a pop-up when something remained.
    """

    neutral: str
    remains: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Show this once, in a pop-up that leaves no trace where the channel can, else above the screen."""

    text: str


@dataclass(frozen=True, slots=True)
class Timer:
    """The person asked that the chat clears itself. `seconds` from now; 0 switches it off."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How screens are delivered. `fresh`: each screen is a new message and the last is deleted (screen readers)."""

    fresh: bool


@dataclass(frozen=True, slots=True)
class EraseTyped:
    """Erase the typed words that were answered as soon as this screen is out, before all other work, never before it:
    somebody beside the person may be the danger."""


Effect = Erase | Copy | Leave | Alert | Timer | Layout | EraseTyped

# --- the world the engine steps in ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Surface:
    """What a channel is called and can do. `title`: its name as people know it. `limit`: characters in one message.
    `timers`: it can clear a chat later. `layouts`: it can send each screen as a new message.

    `previews`: a chat list or a lock screen shows how a message begins, so that a neutral line stands first. `chats`: the app
    and the phone keep a chat of messages; where they do not, each screen is a page in the place of the last.
    """

    name: str = "terminal"
    title: str = "Terminal"
    limit: int = 4096
    buttons: bool = True
    erases: bool = True
    timers: bool = False
    layouts: bool = False
    previews: bool = True
    chats: bool = True


Listen = Callable[[str, str], Heard]
Pick = Callable[[int], int]
"""One of so many, as a number from 0: which of the harmless first lines stands on a message. It tells nothing of the screen."""


def first(_count: int) -> int:
    """Always the first: for whoever compares screens."""
    return 0


@dataclass(frozen=True, slots=True)
class World:
    """All that a step may look at: the day's edition of the book, the finder, the channel's abilities, and a pick among lines
    that say the same.

    `deaf`: what is missing for hearing danger as well as could be, "" for nothing; steps do not look at it, health does.
    `nets`: hears as `listen`, by the nets and the search alone, in a tenth of the time: for a channel that has no time left.
    """

    edition: Edition
    listen: Listen
    surface: Surface = Surface()
    deaf: Deaf = ""
    pick: Pick = first
    nets: Listen | None = None
    index: SubjectIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", SubjectIndex(self.edition))

    def picking(self, pick: Pick) -> World:
        """The same world with another pick."""
        other = copy(self)
        object.__setattr__(other, "pick", pick)
        return other


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to one event. `token` is the whole state of the talk as shown now (at most 64 bytes of UTF-8)."""

    token: str
    screen: Screen
    effects: tuple[Effect, ...] = ()
