"""Deep links, the short codes that cards carry and what each opens; and the signed list of the bot's addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from bot.book.faults import Fault, near, place_of
from bot.book.fields import Id, Language, Model

LINKS = "content/links.yaml"
Docs = Mapping[str, tuple[Any, Mapping[tuple[Any, ...], tuple[int, int]]]]


class LinkCode(Model):
    """One code of cards and posters. It opens the parts it names; retired, the first screen."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9]{1,8}$")]
    language: Language | None = None
    place: Id | None = None
    topic: Id | None = None
    policy: Id | None = None
    flow: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] | None = None
    retired: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """What the code opens, as ids; none where it is retired. The first is the language, "" for none: "es" may be a place."""
        more = tuple(part for part in (self.place, self.topic, self.policy, self.flow) if part)
        return () if self.retired or not (self.language or more) else (self.language or "", *more)


_PRIVATE_AREAS = frozenset(("violence", "exit"))
"""Assault, control, leaving: whoever finds the card would only have to open a page to see which it is."""
_PRIVATE_TOPICS = frozenset(("protection-orders",))
"""Topics of other areas that say the same."""
_YOUNG = "young"


def opens_on_page(parts: Iterable[str], topics: Mapping[str, Any]) -> bool:
    """Whether a code that opens `parts` does so on a web page, where somebody may read along; if not, it opens the first screen
    there. Not those of assault, control or leaving, of topics behind the neutral page, or for the young. `topics`: by id."""
    ids = tuple(parts)
    found = [topic for part in ids if (topic := topics.get(part))]
    private = any(each.area in _PRIVATE_AREAS or each.guarded or each.topic in _PRIVATE_TOPICS for each in found)
    return not private and not any(part.startswith(_YOUNG) for part in ids)


class Links(Model):
    """`content/links.yaml`."""

    links: list[LinkCode] = []


class Address(Model):
    """One address of the bot, on the channel that it is of."""

    channel: Literal["telegram", "signal", "page"]
    address: Annotated[str, Field(pattern=r"^https://[^\s]+$", max_length=300)]


class GenuineFile(Model):
    """`content/genuine.yaml`, made by `constellation share addresses --key`. `until`: the last day on which the list holds."""

    addresses: list[Address] = Field(min_length=1)
    until: dt.date
    words: Annotated[list[str], Field(min_length=3, max_length=3)]
    key: str
    signature: str


class Genuine(NamedTuple):
    """The signed list: (channel, address) pairs, its last day, three words, the key, the signature. Empty where there is none."""

    addresses: tuple[tuple[str, str], ...] = ()
    until: dt.date = dt.date.min
    words: tuple[str, ...] = ()
    key: str = ""
    signature: str = ""

    def of(self, channel: str) -> str:
        """The first address of a channel, or ""."""
        return next((address for name, address in self.addresses if name == channel), "")


def genuine_of(file: GenuineFile | None) -> Genuine:
    """The list of a file as plain values."""
    if file is None:
        return Genuine()
    pairs = tuple((entry.channel, entry.address) for entry in file.addresses)
    return Genuine(pairs, file.until, tuple(file.words), file.key, file.signature)


def link_faults(links: Links, docs: Docs, known: Mapping[str, Mapping[str, Any]], languages: list[str]) -> Iterator[Fault]:
    """Codes that are there twice, that say what they open, or that open nothing. `known`: kind to everything of that kind."""
    positions = docs[LINKS][1]
    flows = {
        str(value.get("flow"))
        for path, (value, _) in docs.items()
        if path.startswith("flows/") and isinstance(value, dict) and value.get("own_link") == "true"
    }
    there: dict[str, Mapping[str, Any] | set[str]] = {
        "language": set(languages), "place": known["place"], "topic": known["topic"], "policy": known["policy"], "flow": flows,
    }  # fmt: skip
    seen: set[str] = set()

    def fault(number: int, field: str, code: str, what: str, why: str, fix: str) -> Fault:
        return Fault(LINKS, *place_of(("links", number, field), positions), code, what, why, fix)

    for number, link in enumerate(links.links):
        if link.code in seen:
            yield fault(number, "code", "ID-TWICE", f'The code "{link.code}" is in this file twice.',
                        "One card would open two things.", "Give one of them another code.")  # fmt: skip
        seen.add(link.code)
        if any(link.code in ids for ids in there.values()):
            yield fault(number, "code", "CODE-SPEAKS", f'The code "{link.code}" is also the name of something in the pack.',
                        "A card must not say what it opens.", "Write letters and digits without a meaning.")  # fmt: skip
        for field, ids in there.items():
            name = getattr(link, field)
            if name and name not in ids and (ids or field != "language"):  # without book.yaml no language is known
                yield fault(number, field, "ID-UNKNOWN", f'There is no {field} "{name}" that a link can open.',
                            "The card would open the first screen.", near(name, ids) or "Check the spelling.")  # fmt: skip
        if sum(bool(getattr(link, field)) for field in ("topic", "policy", "flow")) > 1:
            yield fault(number, "code", "LINK-TWO", f'The code "{link.code}" opens more than one page.', "",
                        "Name one of topic, policy and flow.")  # fmt: skip
