"""A tip on the printed sheet carries the tips that limit it, or is not there: paper has no button to read on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.book import Book, Edition, Text, limited
from bot.book.models import Retraction, Tip
from bot.outreach.sheets import said, sheet
from tests.book.test_limits import edition as made_of
from tests.book.test_limits import tip
from tests.conftest import TODAY


def _words(text: Text) -> str:
    """Before its first slot, as the paper has them."""
    return text.raw.split("{")[0].replace("**", "")


def _limits(edition: Edition, topic: str, found: Tip) -> list[Tip]:
    """The tips that a tip needs, by the pack itself."""
    return [other for other in edition.topics[topic].tips if other.tip in found.needs]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_clock_on_the_sheet_has_its_limits_behind_it(edition: Edition, language: str) -> None:
    """At every place with a number; the limits of its limits too, and nothing twice."""
    assert edition.outreach
    limits = 0
    for place in (name for name in edition.places if edition.reaching(name, "ambulance")):
        made = sheet(edition, language, place).words
        for clock in edition.outreach.sheet.clocks:
            for shown in edition.tips(clock.topic, place, language=language):
                words = _words(said(shown.text, language))
                if shown.tip == clock.tip:
                    assert words in made, (place, clock)
                if shown.tip != clock.tip or not shown.needs:
                    continue
                for limit in _limits(edition, clock.topic, shown):
                    limits += 1
                    assert made.count(_words(said(limit.text, language))) == 1, (place, clock, limit.tip)
                    assert made.index(words) < made.index(_words(said(limit.text, language))), (place, clock, limit.tip)
    assert limits, "no clock of the sheet has a limit: this test sees nothing"


def test_a_clock_without_its_limit_is_not_printed(book: Book) -> None:
    """Withdrawn today, or not written in the reader's language: the half that is left would be dangerous."""
    pill = next(tip for tip in book.topics["emergency-contraception"].tips if tip.tip == "soon")
    assert pill.text["en"].raw in sheet(Edition(book, TODAY), "en", "us").words
    gone = Retraction(withdraw="tip", id="emergency-contraception/medicines", why="wrong", on=TODAY)
    assert pill.text["en"].raw not in sheet(Edition(book, TODAY, [gone]), "en", "us").words
    topic = book.topics["emergency-contraception"]
    english = [one.model_copy(update={"text": {"en": one.text["en"]}}) if one.tip == "medicines" else one for one in topic.tips]
    half = replace(book, topics={**book.topics, topic.topic: topic.model_copy(update={"tips": english})})
    assert pill.text["es"].raw not in sheet(Edition(half, TODAY), "es", "us").words
    assert pill.text["en"].raw in sheet(Edition(half, TODAY), "en", "us").words


def test_limits_stand_right_behind_what_they_limit_and_once() -> None:
    """Two that limit each other too; what is not shown is left out."""
    tips = (
        tip("other"),
        tip("dose", "    needs: [again, most]\n"),
        tip("again", "    needs: [dose]\n"),
        tip("most", "    needs: [never]\n"),
        tip("never"),
        tip("last"),
    )
    made, faults = made_of(*tips)
    assert not faults
    found = limited(made.tips("pep"), ["last", "dose", "gone", "never"])
    assert [one.tip for one in found] == ["last", "dose", "again", "most", "never"]
