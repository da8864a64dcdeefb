"""Slots on paper: every one of them is filled, in bold and in lists too, and no paper of the pack shows a brace."""

from __future__ import annotations

from copy import copy

import pytest

from bot.authoring.lint.rules.slot_unknown import SLOTS
from bot.book import Edition
from bot.book.text import parse_text
from bot.engine.assessment import with_answer
from bot.outreach import agency
from bot.outreach.paper import lines
from bot.outreach.sheets import cards, poster, sheet, slots_on_paper
from tests.outreach.printing import ADDRESS, with_list

LANGUAGES = ("en", "es")
FRAMES = ("Say {}.", "**Say {} now.**", "[Say {}](techsafety-s44)", "**[Say {}](techsafety-s44)**", "- one\n- say {}\n- two")
REFERRAL = "us-trans-lifeline"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["us-ny", ""])
@pytest.mark.parametrize("frame", FRAMES)
def test_every_slot_is_filled(edition: Edition, frame: str, place: str, language: str) -> None:
    """With a place and without one; a topic's title is known where its tips are printed."""
    slots = {**slots_on_paper(edition, language, place), "topic": edition.topics["naloxone"].title[language]}
    for slot in SLOTS:
        if slot == "place" and not place:
            continue
        written = f"{{{slot}:{REFERRAL}}}" if slot == "contact" else f"{{{slot}}}"
        printed = "\n".join(line.words for line in lines("text", parse_text(frame.format(written)), slots))
        value = slots[f"contact:{REFERRAL}" if slot == "contact" else slot]
        assert value
        assert value in printed
        assert not set("{}*[]") & set(printed)


def test_numbers_without_a_place_are_words(edition: Edition) -> None:
    """No paper has a hole where a number would stand."""
    assert slots_on_paper(edition, "en")["ambulance"] == "the emergency number"
    assert slots_on_paper(edition, "es", "es")["ambulance"] == "112"


def test_the_channel_is_where_the_bot_is_listed(edition: Edition) -> None:
    """By the signed list; without one, the two that there are."""
    assert slots_on_paper(with_list(edition), "en")["channel"] == "Telegram"
    assert slots_on_paper(edition, "en")["channel"] == "Telegram · Signal"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_with_slots_in_bold_is_printed_whole(edition: Edition, language: str) -> None:
    """The sheet's cards say the number, however it is written."""
    card = edition.cards["strangulation"]
    steps = {code: parse_text("- **Call {ambulance} in {place}**, says {name}.") for code in LANGUAGES}
    made = copy(edition)
    made.cards = {**edition.cards, "strangulation": card.model_copy(update={"steps": steps})}
    printed = sheet(made, language, "us").words
    assert f"• Call 911 in {edition.places['us'].name[language]}, says {edition.book.name[language]}." in printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_paper_holds_a_brace(edition: Edition, language: str) -> None:
    """Cards, posters, the sheet of every place, and all that an agency prints."""
    assert edition.agency.assessment
    ticks = 0
    for part in edition.agency.assessment.parts:
        for question in part.questions:
            ticks = with_answer(ticks, question, 3)
    made = [cards(edition, language, ADDRESS), poster(edition, language, ADDRESS)]
    papers = [sheet(edition, language, place) for place in edition.places if edition.reaching(place, "ambulance")]
    papers += [make(edition, language) for make in (agency.assessment, agency.scenes, agency.values, agency.barriers)]
    papers += [
        agency.action(edition, language, ticks),
        *(agency.policy(edition, language, name) for name in edition.agency.policies),
    ]
    for paper in (*made, *papers):
        assert not set("{}") & set(paper.words)
        assert "**" not in paper.words
