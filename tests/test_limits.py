"""What limits a dose or an action is shown wherever the dose or action is: on the same page, in each language, at each place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import pytest

from bot.book import Edition
from bot.book.text import Text
from bot.engine.state import State, hash_of
from bot.engine.tokens import pack
from bot.engine.turn import step
from bot.engine.types import Press, World

LIMITS: list[tuple[str, str, str, str, str]] = [
    ("doxypep", "dose", "pregnant", r"pregnant.*allerg", r"embarazo.*alergia"),
    (
        "doxypep",
        "dose",
        "how",
        r"lie down for an hour.*2 hours .*dairy.*antacids",
        r"una hora.*lácteos.*antiácidos.*2 horas",
    ),
    ("doxypep", "dose", "sun", r"burn.*sunscreen", r"quema.*protector solar"),
    ("pregnancy", "pills", "hospital", r"2 or more big pads.*fever.*faint", r"2 o más compresas.*toallas.*fiebre.*desmayas"),
    ("pregnancy", "pills", "ectopic", r"shoulder.*outside the womb.*hospital", r"hombro.*fuera del útero.*hospital"),
    ("pregnancy", "pills", "same-care", r"miscarriage.*don't have to say", r"aborto espontáneo.*No hace falta decir"),
    ("prep", "on-demand", "hep-b", r"hepatitis B.*flare", r"hepatitis B.*rebrotar"),
    ("mixing", "benzos", "stopping", r"seizures", r"convulsiones"),
    ("ghb", "wait", "day-and-night", r"seizures", r"convulsiones"),
    ("ghb", "side", "not-breathing", r"No breathing.*chest.*breaths", r"No respira.*pecho.*soplos"),
    ("drugs-and-alcohol-support", "pace", "alcohol", r"seizures", r"convulsiones"),
    ("drugs-and-alcohol-support", "alcohol", "benzos-and-g", r"benzos.*G", r"benzos.*G"),
    ("safer-injecting", "new", "artery", r"artery.*needle out.*Press hard for 15", r"arteria.*Saca la aguja.*Presiona fuerte 15"),
    ("strangulation", "no-marks", "not-alone", r"3 days.*alone", r"3 días.*a solas"),
    ("strangulation", "no-marks", "come-back", r"Sent home.*Go back", r"casa.*Vuelve"),
    ("overdose-response", "breathe", "cpr", r"Not breathing.*hard and fast", r"No respira.*fuerte y rápido"),
    ("overamping", "cool", "passed-out", r"on the side.*hard and fast", r"de lado.*fuerte y rápido"),
]


@pytest.mark.parametrize(("topic", "dose", "limit", "english", "spanish"), LIMITS)
def test_a_limit_is_on_the_screen_of_its_instruction(
    world: World, topic: str, dose: str, limit: str, english: str, spanish: str
) -> None:
    """At every place, for every setting and age, in words that say it: no page of a topic has the one without the other."""
    tips = {tip.tip: tip for tip in world.edition.topics[topic].tips}
    assert tips[limit].sources
    for language, words in (("en", english), ("es", spanish)):
        said, limits = _plain(tips[dose].text[language]), _plain(tips[limit].text[language])
        assert re.search(words, limits, re.IGNORECASE | re.DOTALL)
        screens = list(_pages(world, topic, language))
        assert any(said in screen for screen in screens)
        assert not [screen for screen in screens if said in screen and limits not in screen]


def _plain(text: Text) -> str:
    """The longest run of a text without marks and slots, as a screen shows it."""
    return max((piece.text for piece in text.pieces if piece.kind == "plain"), key=len).strip()


def _pages(world: World, topic: str, language: str) -> Iterator[str]:
    """Every page of a topic's tips, for each place, setting and age that shows other tips than those before."""
    start = State(language, hash_of("topic.tips"), world.index.of[f"topic:{topic}"], opened=True)
    settings = {frozenset[str](): 0} | {
        frozenset({name}): 1 << code - 1 for name, code in world.index.flows.options["how"].items()
    }
    seen: set[tuple[str, ...]] = set()
    for place, how, young in product(("", *world.edition.places), settings, (False, True)):
        shown = tuple(tip.tip for tip in world.edition.tips(topic, place, how, young))
        if not shown or shown in seen:
            continue
        seen.add(shown)
        at = start._replace(place=world.index.of.get(f"place:{place}", 0), how=settings[how], young=young)
        pages: list[str] = []
        while (text := step(world, "", Press(pack(at._replace(page=len(pages))))).screen.text) not in pages:
            pages.append(text)
        yield from pages


def test_nobody_is_kept_from_cold_water_when_somebody_overheats(edition: Edition) -> None:
    """First aid for overheating prefers it; only an opioid overdose is no case for a bath."""
    ban = re.compile(
        r"(?:\bno\b|\bnot\b|n't|never|nada de|nunca|sin|evita)[^.:;]{0,30}(?:cold|\bice\b|ducha|baño|agua fr|hielo|shower|bath)",
        re.I,
    )
    said = [text.raw for card in edition.cards.values() for texts in (card.steps, card.calling) for text in texts.values()]
    said += [text.raw for topic in edition.topics for tip in edition.tips(topic) for text in tip.text.values()]
    assert not [text for text in said if ban.search(text)]
    cooling = next(tip for tip in edition.tips("overamping") if tip.tip == "cool").text
    assert "cold water" in cooling["en"].raw
    assert "agua fresca o fría" in cooling["es"].raw
