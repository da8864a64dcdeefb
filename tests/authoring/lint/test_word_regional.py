"""A word of one region is told where it stands alone in a text for others, and only there."""

from __future__ import annotations

import pytest

from bot.authoring.lint.rule import TIP_FILE, tip_file
from bot.authoring.lint.rules.word_regional import look
from bot.authoring.lint.runner import surveyed
from bot.book import default_folders, snapshot
from tests.conftest import TODAY


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    """The pack that ships, as files."""
    return dict(snapshot(*default_folders()))


def _words(whole: dict[str, bytes], es: str, valid_in: str = "") -> list[str]:
    text = tip_file("A text.", es)[TIP_FILE]
    if valid_in:
        text = text.replace("    status: support", f"    valid_in: [{valid_in}]\n    status: support")
    files = {**whole, TIP_FILE: text.encode()}
    return [fault.what.split('"')[1] for fault in look(surveyed(files, TODAY)) if fault.file == TIP_FILE]


def test_the_pack_that_ships_has_no_word_of_one_region_alone(whole: dict[str, bytes]) -> None:
    """Spanish is read from Spain to Chile."""
    assert not [str(fault) for fault in look(surveyed(whole, TODAY))]


@pytest.mark.parametrize(
    ("es", "found"),
    [
        ("Agita con lejía 30 segundos.", ["lejía"]),
        ("Agita con cloro (lejía, lavandina) 30 segundos.", []),
        ("Paga la renta.", ["renta"]),
        ("Paga el alquiler o renta.", []),
        ("Cada quien en su rentable oficio.", []),
        ("¿Tenés miedo? Llamá.", ["Tenés"]),
        ("Lana de acero no.", []),
    ],
)
def test_one_name_alone_is_told(whole: dict[str, bytes], es: str, found: list[str]) -> None:
    """Not where a second name stands beside it, nor one that all know, nor inside another word or meaning."""
    assert _words(whole, es) == found


@pytest.mark.parametrize(("valid_in", "found"), [("es", []), ("es-murcia", []), ("mx", ["lejía"]), ("es, mx", ["lejía"])])
def test_a_text_of_a_place_says_its_words(whole: dict[str, bytes], valid_in: str, found: list[str]) -> None:
    """Of each place that it is for, and of what that lies in."""
    assert _words(whole, "Agita con lejía 30 segundos.", valid_in) == found


def test_the_files_of_a_place_say_its_words(whole: dict[str, bytes]) -> None:
    """A folder under places/ is that place's."""
    place = "content/places/{}/topics/safer-injecting.yaml"
    text = tip_file("A text.", "Agita con lejía.")[TIP_FILE].split("tips:")[1].split("review:")[0]
    for name, count in (("es", 0), ("ar", 1)):
        file = place.format(name)
        made = f"topic: safer-injecting\ntips:{text}review: {{checked: 2026-11-01, by: seed-pack, every: 180d}}\n"
        pack = surveyed({**whole, file: made.encode()}, TODAY)
        assert not [str(fault) for fault in pack.faults if fault.file == file]
        assert len([fault for fault in look(pack) if fault.file == file]) == count
