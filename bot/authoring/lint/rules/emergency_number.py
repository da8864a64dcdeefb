"""Emergency numbers that the country is not known to have, or that a card needs and nobody gave: the one number that counts."""

from __future__ import annotations

from collections.abc import Iterator

from phonenumbers.shortnumberinfo import is_emergency_number

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import SERVICES, Fault


def look(pack: Pack) -> Iterator[Fault]:
    """Numbers that the tables of short numbers do not list for the country (they have gaps, so this is a warning), countries
    without a number for a service that a card needs, and one number for both police and ambulance: often a slip."""
    needed = [service for service in SERVICES if any(card.needs == service for card in pack.book.cards.values())]
    for name, place in pack.book.places.items():
        if not place.emergency:
            continue
        country = name.split("-")[0].upper()
        for part, number in place.emergency.numbers.items():
            if not is_emergency_number(number.number, country):
                yield pack.fault(
                    pack.file_of("place", name),
                    ("emergency", part),
                    "EMERGENCY-NUMBER",
                    f"{number.number} is not a known emergency number of {country}.",
                    "Compare it with its source once more.",
                    "warning",
                    "A wrong number can cost a life.",
                )
        police, ambulance = place.emergency.police, place.emergency.ambulance
        if police and ambulance and police.number == ambulance.number:
            yield pack.fault(
                pack.file_of("place", name),
                ("emergency", "police"),
                "EMERGENCY-NUMBER",
                f"Police and ambulance have the same number here, {police.number}.",
                "Compare both with their sources. Where it reaches fire too, write it once, below `general:`.",
                "warning",
                "The wrong one could send an ambulance to an attack, or nobody to somebody who does not breathe.",
            )
        missing = [service for service in needed if not place.emergency.reaching(service)]
        if missing and place.level == "country":
            yield pack.fault(
                pack.file_of("place", name),
                ("emergency",),
                "EMERGENCY-NUMBER",
                f"No number here reaches: {', '.join(missing)}.",
                f"Read it on a public page and write it below `{missing[0]}:`.",
                "warning",
                "The cards that need it show the numbers of other countries instead.",
            )


_PLACE = """place: us-sample
level: state
parent: us
name: {en: Sample, es: Muestra}
emergency:
  police:
    number: NUMBER
    answers: {en: "Police.", es: "Policía."}
    source: sample-source
    on: 2026-11-01
    status: read
"""
RULE = Rule(
    "EMERGENCY-NUMBER", "reading", "An emergency number that the country is not known to have, or lacks.", look,
    {"content/places/us-sample/place.yaml": _PLACE.replace("NUMBER", "919")},
    {"content/places/us-sample/place.yaml": _PLACE.replace("NUMBER", "911")}, 6,
)  # fmt: skip
