"""At which place of the pack a service of a directory is, by its addresses and service areas. No street is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.book import Path, Place


def entries(node: Any, *path: str) -> list[tuple[Path, Mapping[str, Any]]]:
    """The objects at a path that may lead through lists, each with where it stands."""
    here: list[tuple[Path, Any]] = [((), node)]
    for part in path:
        named = [((*at, part), inner.get(part)) for at, inner in here if isinstance(inner, Mapping)]
        here = []
        for at, inner in named:
            here += [((*at, number), item) for number, item in enumerate(inner)] if isinstance(inner, list) else [(at, inner)]
    return [(at, inner) for at, inner in here if isinstance(inner, Mapping)]


def word(entry: Mapping[str, Any], name: str) -> str:
    """A text field in small letters, "" where there is none."""
    value = entry.get(name)
    return value.strip().casefold() if isinstance(value, str) else ""


def addresses(service: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Where the service is given, then where its organization is."""
    for path in (("service_at_locations", "location", "addresses"), ("organization", "locations", "addresses")):
        yield from (address for _, address in entries(service, *path))


def place_in(service: Mapping[str, Any], places: Mapping[str, Place]) -> str:
    """The id of the nearest place that an address names, else the first service area; "" where none does."""
    for address in addresses(service):
        country, state, city = (word(address, name) for name in ("country", "state_province", "city"))
        inside = {name: place for name, place in places.items() if country and name.split("-")[0] == country}
        codes = [name for name in (f"{country}-{state}",) if name in inside]
        whole = [name for name in (country,) if name in inside]
        if found := [*_called(city, inside, "city"), *codes, *_called(state, inside, "state"), *whole]:
            return found[0]
    for _, area in entries(service, "service_areas"):
        if found := [*_called(word(area, "name"), places)]:
            return found[0]
    return ""


def _called(name: str, places: Mapping[str, Place], level: str = "") -> Iterator[str]:
    """The places that people call so. `level`: only of that level."""
    for known, place in places.items():
        names = {*place.name.values(), *(text for texts in place.calls.values() for text in texts)}
        if name and name in {text.casefold() for text in names} and level in ("", place.level):
            yield known
