"""Numbers that one language has and another has not are told wherever a person reads them."""

from __future__ import annotations

import re

import pytest

from bot.authoring.lint.rule import tip_file
from bot.authoring.lint.rules.numbers_differ import RULE
from bot.authoring.lint.runner import surveyed
from bot.book import default_folders, snapshot
from tests.conftest import TODAY

_SPANISH = re.compile(rb'^( +es: "[^"\n]*?)\b(?:[2-9]|[1-9]\d+)\b', re.M)
_BASE = ("content/book.yaml", "content/words.yaml", "content/places/world/place.yaml")


@pytest.mark.parametrize(
    "file",
    [
        "content/topics/health/doxypep.yaml",
        "content/places/pe/topics/pep.yaml",
        "content/places/us-fl/place.yaml",
        "content/episodes/after-assault-today.yaml",
        "content/policies/language.yaml",
        "content/plan/plan.yaml",
    ],
)
def test_another_number_in_one_language_is_told_in_every_kind_of_file(file: str) -> None:
    """A dose, a clock or a sum that is changed in the Spanish alone; the file as it ships has none."""
    pack = {name: data for name, data in snapshot(*default_folders()).items() if name == file or name in _BASE}
    changed, count = _SPANISH.subn(rb"\g<1>987", pack[file], count=1)
    assert count
    assert not [str(fault) for fault in RULE.look(surveyed(pack, TODAY))]
    assert [fault.file for fault in RULE.look(surveyed({**pack, file: changed}, TODAY))] == [file]


@pytest.mark.parametrize(
    ("en", "es", "told"),
    [("A fine of 1,500.", "Multa de 1500.", False), ("A fine of 1,500.", "Multa de 15000.", True),
     ("Take 1.5 mg.", "Toma 15 mg.", True), ("Take 0.125 mg.", "Toma 0,125 mg.", True),
     ("Visas: 10,000.", "Visas: 10000.", False)],
)  # fmt: skip
def test_thousands_are_written_in_each_languages_way(en: str, es: str, told: bool) -> None:
    """1,500 reads as one and a half in most Spanish-speaking countries; the value is compared, decimals stay as they are."""
    pack = {name: data for name, data in snapshot(*default_folders()).items() if name in _BASE}
    files = {name: text.encode() for name, text in tip_file(en, es).items()}
    assert bool(list(RULE.look(surveyed({**pack, **files}, TODAY)))) is told
