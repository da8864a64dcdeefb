"""The numbers and addresses of a directory's service as contacts that nobody has verified. Those of single people are left."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

from bot.authoring.exchange.hsds.locations import fault
from bot.authoring.exchange.hsds.places import addresses, entries, word
from bot.book import Fault, Path, said_of_hidden

UNREAD = "hsds-unread"
"""The source of all that came from a directory: a page that nobody has read."""
_LEAVES = {"phone": ["call-log", "bill"], "sms": ["text-log", "bill"], "web": ["browser"], "email": ["email"]}
_TYPES = {"voice": "phone", "cell": "phone", "": "phone", "text": "sms", "sms": "sms"}
"""Which types of phone (RFC 6350) are a contact of ours; fax, pager, video and textphone are none."""
_PHONES = (
    ("phones",), ("service_at_locations", "phones"), ("service_at_locations", "location", "phones"), ("organization", "phones"),
)  # fmt: skip
Way = tuple[Path, str, str]
"""Where it stands, phone, sms, web or email, and the number or address."""


class _Faults:
    """What is wrong in one service."""

    def __init__(self, file: str, at: Path) -> None:
        self.file, self.at = file, at
        self.found: list[Fault] = []

    def add(self, where: Path, code: str, what: str, fix: str) -> None:
        self.found.append(fault(self.file, (*self.at, *where), code, what, fix, "A wrong one can hurt somebody."))

    def warn(self, where: Path, code: str, what: str, fix: str) -> None:
        self.found.append(fault(self.file, (*self.at, *where), code, what, fix, severity="warning"))


def ways(
    service: Mapping[str, Any], file: str, at: Path, place: str, today: dt.date
) -> tuple[list[dict[str, Any]], dict[Path, Path], list[Fault]]:
    """Every number and address of a service, its locations and its organization, each once; where each stands; what is wrong.

    `place`: tells the country of numbers without one, where no address does.
    """
    made: list[dict[str, Any]] = []
    origin: dict[Path, Path] = {}
    faults = _Faults(file, at)
    country = next((code for address in addresses(service) if (code := word(address, "country"))), place.split("-")[0])
    seen: set[tuple[str, str]] = set()
    for where, way, value in [*_numbers(service, country.upper(), faults), *_webs(service, faults), *_mails(service, faults)]:
        if hidden := said_of_hidden(value):
            faults.add(where, "HIDDEN", f"Here {hidden}.", "Type it again, or take it out.")
        elif (way, value) not in seen:
            seen.add((way, value))
            origin["contact", len(made)] = where
            verified = {"source": UNREAD, "on": today.isoformat()}
            made.append({way: value, "verified": verified, "leaves": list(_LEAVES[way])})
    return made, origin, faults.found


def _numbers(service: Mapping[str, Any], country: str, faults: _Faults) -> Iterator[Way]:
    for where, phone in (entry for path in _PHONES for entry in entries(service, *path)):
        way = _TYPES.get(word(phone, "type"))
        number = _number(phone.get("number"), country)
        if way is None:
            faults.warn((*where, "type"), "HSDS-PHONE-TYPE", "This is no number to call or text.", "It was left out.")
        elif number is None:
            faults.add((*where, "number"), "PHONE", "This is not a possible phone number.",
                       "Write it with + and the country, like +18777762004, or take it out.")  # fmt: skip
        else:
            yield (*where, "number"), way, number


def _number(value: Any, country: str) -> str | None:
    """A number as +, country and digits; a short one, or one that only its own country dials (0800...), as it is. Else None."""
    if not isinstance(value, str):
        return None
    if re.fullmatch(r"\*?[0-9]{3,6}", bare := re.sub(r'[\s"().\-/]', "", value)):
        return bare
    home = bare if re.fullmatch(r"0[0-9]{6,11}|800[0-9]{6}|1[38]00[0-9]{6}", bare) else None
    try:
        made = parse(value.strip().strip('"'), country if len(country) == 2 else None)
    except NumberParseException:
        return home
    return format_number(made, PhoneNumberFormat.E164) if is_possible_number(made) else home


def _own(service: Mapping[str, Any]) -> Mapping[str, Any]:
    organization = service.get("organization")
    return organization if isinstance(organization, Mapping) else {}


def _webs(service: Mapping[str, Any], faults: _Faults) -> Iterator[Way]:
    more = [((*where, "url"), entry.get("url")) for where, entry in entries(service, "additional_urls")]
    own = [(("organization", "website"), _own(service).get("website"))]
    for where, value in [(("url",), service.get("url")), *more, *own]:
        if not isinstance(value, str) or not value.strip():
            continue
        address = re.sub(r"\Ahttps?://", "https://", value.strip(), flags=re.I)
        if not re.fullmatch(r"https://[^\s/]+\.[^\s]+", address):
            faults.add(where, "ADDRESS-HTTPS", "This is no address of a page.", "Write it with https://, or take it out.")
            continue
        if value.strip()[:5].lower() == "http:":
            faults.warn(where, "HSDS-HTTP", "This address was not https; now it is.", "Look whether it opens.")
        yield where, "web", address


def _mails(service: Mapping[str, Any], faults: _Faults) -> Iterator[Way]:
    for where, value in ((("email",), service.get("email")), (("organization", "email"), _own(service).get("email"))):
        if not isinstance(value, str) or not value.strip():
            continue
        box, _, host = value.strip().rpartition("@")
        if re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", address := f"{box}@{host.lower()}"):
            yield where, "email", address
        else:
            faults.add(where, "SHAPE", "This is no mail address.", "Correct it, or take it out.")
