"""Words that break a promise: numbers and addresses in prose, claims of safety, orders, questions that identify."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.book.faults import Fault
from bot.desk.checks.base import Pack, Rule, tip_file

_NUMBER = re.compile(r"(?:\+|\b)\d(?:[ ().-]?\d){6,}\b")
_ADDRESS = re.compile(r"https?://|www\.|\b[a-z0-9-]+\.(?:com|org|net|info)\b", re.I)
_CLAIM = re.compile(r"100 ?%|\bguarantee|\bgarantiz|completely (?:safe|anonymous)|totally (?:safe|anonymous)|always safe|"
                    r"totalmente (?:segur|anónim)|siempre es segur|nobody can (?:ever )?find", re.I)  # fmt: skip
_ORDER = re.compile(r"\byou must\b|(?<!le )\bdebes\b|\btienes que\b", re.I)
_NOT_ORDER = re.compile(r"\"[^\"]*\"|[^.!?¿]*\?|(?:no|qué|cuánto) (?:tienes que|debes)", re.I)
_ASKS = re.compile(
    r"what is your (?:real )?name|what is your (?:phone|number|address)|cómo te llamas|"
    r"cuál es tu (?:nombre|número|teléfono|dirección)",
    re.I,
)


def _where(pack: Pack, pattern: re.Pattern[str], code: str, what: str, mend: str, skip: tuple[str, ...] = ()) -> Iterator[Fault]:
    for prose in pack.prose():
        if prose.file.startswith(skip) if skip else False:
            continue
        text = _NOT_ORDER.sub("", prose.text) if code == "ORDER" else prose.text
        if pattern.search(text):
            yield pack.fault(prose.file, prose.at, code, what, mend)


def number(pack: Pack) -> Iterator[Fault]:
    """Digits that look like a phone number."""
    return _where(pack, _NUMBER, "PHONE-IN-PROSE", "This looks like a phone number in a text.",
                  "Put it into a referral, where people first read what it does with police.", ("content/genuine",))  # fmt: skip


def address(pack: Pack) -> Iterator[Fault]:
    """Web addresses in a text."""
    return _where(pack, _ADDRESS, "ADDRESS-IN-PROSE", "This looks like a web address in a text.",
                  "Put it into a referral or a voice, with what it leaves behind.", ("content/genuine",))  # fmt: skip


def claim(pack: Pack) -> Iterator[Fault]:
    """Promises of safety."""
    return _where(
        pack, _CLAIM, "CLAIM", "This promises safety or anonymity that nobody can give.", "Say what helps, and what remains."
    )


def order(pack: Pack) -> Iterator[Fault]:
    """Orders outside emergencies."""
    return _where(pack, _ORDER, "ORDER", "This tells people what they must do.", "Say what they could do: the person decides.",
                  ("content/cards/",))  # fmt: skip


def asks(pack: Pack) -> Iterator[Fault]:
    """Steps that ask who somebody is."""
    return _where(pack, _ASKS, "ASKS-IDENTITY", "This asks for something that identifies a person.", "Leave the question out.")


_GOOD = tip_file()
RULES = (
    Rule(
        "PHONE-IN-PROSE", "Digits that look like a phone number in a text.", number, tip_file("Call 555 123 4567 now."), _GOOD, 12
    ),
    Rule("ADDRESS-IN-PROSE", "A web address in a text.", address, tip_file("See www.example.org for more."), _GOOD, 12),
    Rule("CLAIM", "A promise of safety or anonymity.", claim, tip_file("This app is 100% safe."), _GOOD, 12),
    Rule(
        "ORDER",
        "An order outside emergencies.",
        order,
        tip_file("You must tell someone."),
        tip_file("You don't have to tell anyone."),
        12,
    ),
    Rule("ASKS-IDENTITY", "A question that identifies a person.", asks, tip_file("First: what is your name?"), _GOOD, 12),
)
