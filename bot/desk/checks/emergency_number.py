"""Emergency numbers that the country is not known to have: the one number that must not be wrong."""

from __future__ import annotations

from collections.abc import Iterator

from phonenumbers.shortnumberinfo import is_emergency_number

from bot.book.faults import Fault
from bot.desk.checks.base import Rule
from bot.desk.checks.pack import Pack


def look(pack: Pack) -> Iterator[Fault]:
    """Numbers that the tables of short numbers do not list for the country. The tables have gaps, so this is a warning."""
    for name, place in pack.book.places.items():
        if not place.emergency:
            continue
        country = name.split("-")[0].upper()
        for part in ("general", "ambulance", "police"):
            number = getattr(place.emergency, part)
            if number and not is_emergency_number(number.number, country):
                yield pack.fault(
                    pack.file_of("place", name),
                    ("emergency", part),
                    "EMERGENCY-NUMBER",
                    f"{number.number} is not a known emergency number of {country}.",
                    "Compare it with its source once more.",
                    "warning",
                    "A wrong number can cost a life.",
                )


_PLACE = """place: us-sample
level: state
parent: us
name: {en: Sample, es: Muestra}
emergency:
  general: {number: NUMBER, source: sample-source, on: 2026-11-01, status: read}
"""
RULE = Rule(
    "EMERGENCY-NUMBER", "reading", "An emergency number that the country is not known to have.", look,
    {"content/places/us-sample/place.yaml": _PLACE.replace("NUMBER", "919")},
    {"content/places/us-sample/place.yaml": _PLACE.replace("NUMBER", "911")}, 6,
)  # fmt: skip
