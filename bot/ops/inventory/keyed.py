"""What a person could be found by in a running bot: each keyed store, how it is filed, and what trying all ids costs there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from bot.ops.inventory.fields import keyed_stores
from bot.ops.inventory.valkey import valkey_keys

BEGIN: Final = (
    "<!-- written by `constellation ops inventory --write docs/threat-model.md`; change bot/ops/inventory/keyed.yaml -->"
)
END: Final = "<!-- end of the keyed stores -->"
NOBODY: Final = "nobody"
"""The way of stores that file nothing of a person's."""
_FILE: Final = Path(__file__).with_name("keyed.yaml")


@dataclass(frozen=True, slots=True)
class Way:
    """One way of filing. `by`: what the key is made of. `cheapest`: the cheapest way to a person whose id is not known, `all_ids`
    what it costs for all 2^33. `tried`: whether `benchmarks/names.py` tries it."""

    by: str
    lives: str
    cheapest: str
    all_ids: str
    tried: bool


@cache
def ways() -> dict[str, Way]:
    """Each way of filing by its name."""
    return {name: Way(**each) for name, each in yaml.safe_load(_FILE.read_text("utf-8"))["ways"].items()}


@cache
def stores() -> dict[str, str]:
    """Each store that is listed, and the name of its way."""
    return dict(yaml.safe_load(_FILE.read_text("utf-8"))["stores"])


def unlisted() -> tuple[str, ...]:
    """Keyed stores that the program has and the list has not: what a test refuses."""
    return tuple(sorted({*keyed_stores(), *valkey_keys()} - stores().keys()))


def gone() -> tuple[str, ...]:
    """Stores that are listed and not there, or with a way that is not described: what a test refuses as well."""
    there = {*keyed_stores(), *valkey_keys()}
    return tuple(sorted(name for name, way in stores().items() if name not in there or way not in ways()))


def as_markdown() -> str:
    """The block of `docs/threat-model.md`, between its two marks."""
    lines = [
        BEGIN,
        "",
        "| stores | filed under | for how long | cheapest way to an id not known | all 2^33 ids |",
        "|---|---|---|---|---|",
    ]
    for name, way in ways().items():
        if name == NOBODY:
            continue
        listed = ", ".join(f"`{_short(store)}`" for store, its in stores().items() if its == name)
        lines.append(f"| {listed} | {way.by} | {way.lives} | {way.cheapest} | {way.all_ids} |")
    return "\n".join([*lines, "", END])


def _short(store: str) -> str:
    """The class and field of a store; a key of Valkey's as it is."""
    return store if store.startswith("valkey:") else store.partition(":")[2]
