"""Somebody else's HSDS service as a referral that nobody is shown: paused, every disclosure unknown, no contact verified.

What a directory says of cost, hours or conditions answers none of our questions by itself. It goes below the file's fields as
comments, for the peer who asks. Names of people, their own numbers and street addresses are left behind.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.authoring.exchange.hsds.contacts import UNREAD, ways
from bot.authoring.exchange.hsds.locations import fault
from bot.authoring.exchange.hsds.places import place_in
from bot.authoring.lint.rules.address_in_prose import ADDRESS
from bot.authoring.lint.rules.phone_in_prose import NUMBER
from bot.book import Disclosure, Fault, Kind, Path, Place, Referral, native_role, without_hidden

BY = "hsds-import"
NOTE = "From a directory (HSDS). Before it is opened: read the page, check each contact, ask every question."
_SAYS = (
    "alternate_name", "status", "alert", "eligibility_description", "minimum_age", "maximum_age", "application_process",
    "required_documents[].document", "fees_description", "fees", "cost_options[].option", "cost_options[].amount",
    "cost_options[].currency", "cost_options[].amount_description", "interpretation_services", "wait_time", "accreditations",
    "licenses", "schedules[].freq", "schedules[].byday", "schedules[].opens_at", "schedules[].closes_at",
    "schedules[].description", "schedules[].notes", "phones[].extension", "phones[].description", "service_areas[].name",
    "service_areas[].description",
    "organization.name", "organization.description", "funding[].source", "organization.funding[].source", "assured_date",
)  # fmt: skip
"""What goes into comments. Nothing that names a person or a street is in it."""
_LONGEST, _NAME = 400, 120


@dataclass(frozen=True)
class ImportOptions:
    """What the importer says about a whole file. `place`: of all its services, "" to be told from each. `languages`: the
    pack's."""

    language: str
    languages: Sequence[str]
    places: Mapping[str, Place]
    place: str = ""
    kinds: Sequence[Kind] = ("harm_reduction",)


@dataclass
class ThirdPartyService:
    """A service read: the fields of the referral's file, where in the service each comes from, the comments, what is wrong."""

    value: dict[str, Any] = field(default_factory=dict)
    origin: dict[Path, Path] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def referral_of(service: Mapping[str, Any], file: str, at: Path, wanted: ImportOptions, today: dt.date) -> ThirdPartyService:
    """The referral of a service, without its id. `at`: where the service stands in its file."""
    found = ThirdPartyService()
    name = service.get("name")
    if not isinstance(name, str) or not _prose(name):
        found.faults.append(fault(file, (*at, "name"), "HSDS-NAME", "This service has no name.", "Give it one, or take it out."))
        return found
    place = wanted.place or place_in(service, wanted.places)
    if not place:
        found.faults.append(fault(file, at, "HSDS-PLACE", "Nothing here says at which place of the pack this is.",
                                  "Say it for the whole file: --place and an id, like us-ca."))  # fmt: skip
        return found  # numbers without a country would seem wrong
    said = service.get("description")
    offers = _prose(said) if isinstance(said, str) else ""
    title = _prose(" ".join(map(_bare, _line(name).split(" "))))[:_NAME].strip()
    contact, origin, wrong = ways(service, file, at, place, today)
    found.faults += wrong
    missing = [code for code in wanted.languages if code != wanted.language]
    found.value = {
        "name": title,
        "kinds": list(wanted.kinds),
        "status": "closed" if service.get("status") == "defunct" else "paused",
        "status_note": NOTE,
        "place": place,
        "offers": {wanted.language: offers or title, **dict.fromkeys(missing, title)},
        "contact": contact,
        "police": {"contact": "unknown"},
        **{question: {"known": "unknown"} for question in _questions()},
        "languages": _languages(service),
        **dict.fromkeys(("hours", "serves", "stance"), "unknown"),
        "sources": [UNREAD],
        "confidence": "unverified",
        "review": {"checked": today.isoformat(), "by": BY, "every": "1d",
                   "awaits": ["local-peer", *(native_role(code) for code in missing)]},
    }  # fmt: skip
    found.origin = {("name",): ("name",), ("offers",): ("description",), ("languages",): ("languages",), **origin}
    found.comments = list(_comments(service))
    return found


def _questions() -> list[str]:
    return [name for name, info in Referral.model_fields.items() if info.annotation is Disclosure]


# --- words -----------------------------------------------------------------------------------------------------------


def _line(text: str) -> str:
    """A text without tags, hidden characters and breaks."""
    text = html.unescape(re.sub(r"<[^>]{1,500}>", " ", text))
    return " ".join(without_hidden(text, " ").split())


def _prose(text: str) -> str:
    """A text for people: our marks are taken out of it, and each number and address becomes "…", since nobody checked them."""
    text = _line(text).replace("**", "").translate(str.maketrans("{}", "()")).replace("](", "] (")
    words = ["…" if ADDRESS.search(word) else word for word in text.split(" ")]
    return NUMBER.sub("…", " ".join(words)).strip()


def _bare(word: str) -> str:
    """Of a name that is an address, the name in it: WomensLaw.org is WomensLaw."""
    found = re.fullmatch(r"(?:https?://)?(?:www\.)?([\w-]+)\.[\w./-]+", word)
    return found[1] if found and ADDRESS.search(word) else word


def _comments(service: Mapping[str, Any]) -> Iterator[str]:
    """What the directory says beyond name, description and contacts, a line each."""
    for path in _SAYS:
        for text in _at(service, path.replace("[]", ".[]").split(".")):
            if line := _line(text)[:_LONGEST]:
                yield f"# {path}: {line}"


def _at(node: Any, path: Sequence[str]) -> Iterator[str]:
    if not path:
        if isinstance(node, str | int | float) and not isinstance(node, bool):
            yield str(node)
    elif path[0] == "[]":
        for item in node if isinstance(node, list) else ():
            yield from _at(item, path[1:])
    elif isinstance(node, Mapping):
        yield from _at(node.get(path[0]), path[1:])


def _languages(service: Mapping[str, Any]) -> list[str] | str:
    codes = dict.fromkeys(code.strip().lower() for code in _at(service, ("languages", "[]", "code")))
    return [code for code in codes if re.fullmatch(r"[a-z]{2,3}", code)] or "unknown"
