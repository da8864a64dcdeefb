"""The agency's papers: everything that the pack holds is on them, in each language, and no line for a name."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from bot.book import Edition
from bot.cli import main
from bot.engine.assessment import code_of, with_answer
from bot.outreach import agency
from bot.outreach.page import sheet_page


def _plain(raw: str) -> str:
    return raw.replace("**", "").strip()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_question_scene_and_card_is_on_paper(edition: Edition, language: str) -> None:
    """Whole."""
    found = edition.agency
    assert found.assessment
    assert found.scenes
    assert found.values
    assert found.barriers
    page = agency.assessment(edition, language).words
    for part in found.assessment.parts:
        for item in part.questions:
            assert _plain(item.asks[language].raw) in page
            assert _plain(item.shows[language].raw) in page
    page = agency.scenes(edition, language).words
    assert all(_plain(reply.does[language].raw) in page for scene in found.scenes.scenes for reply in scene.replies)
    page = agency.values(edition, language).words
    assert all(_plain(card.ask[language].raw) in page for card in found.values.values)
    page = agency.barriers(edition, language).words
    assert all(_plain(item.asks[language].raw) in page for item in found.barriers.barriers)


def test_a_role_gets_its_own_questions_on_paper(edition: Edition) -> None:
    """And the whole house sees whom each is for."""
    assert edition.agency.assessment
    questions = [item for part in edition.agency.assessment.parts for item in part.questions]
    page = agency.assessment(edition, "en", "board").words
    for item in questions:
        assert (item.title["en"] in page) == ("board" in item.who)
    assert "Front desk · Clinician" in agency.assessment(edition, "en").words


def test_every_paper_says_where_its_words_are_from(edition: Edition) -> None:
    """Read in a source, or ours; and when it was last checked."""
    for name in edition.agency.policies:
        assert "Read in: " in agency.policy(edition, "en", name).words
        assert "Checked 2026-" in agency.policy(edition, "en", name).words
    assert edition.agency.scenes
    pages = agency.scenes(edition, "en").words
    assert pages.count("Written by the makers") + pages.count("Read in: ") == len(edition.agency.scenes.scenes)


def test_a_policy_shows_every_way_until_one_is_chosen(edition: Edition) -> None:
    """Then that one alone; what an agency filled in stands there."""
    policy = edition.agency.policies["confidentiality"]
    page = agency.policy(edition, "en", "confidentiality").words
    ways = policy.sections[0].ways
    assert all(_plain(way.text["en"].raw) in page for way in ways)
    decided = policy.sections[0].model_copy(update={"chosen": ways[1].choice})
    blank = policy.blanks[0].model_copy(update={"value": "Nest & Co"})
    changed = policy.model_copy(update={"sections": [decided, *policy.sections[1:]], "blanks": [blank, *policy.blanks[1:]]})
    other = copy(edition)
    other.agency = replace(edition.agency, policies={"confidentiality": changed})
    made = agency.policy(other, "en", "confidentiality")
    assert _plain(ways[1].text["en"].raw) in made.words
    assert _plain(ways[0].text["en"].raw) not in made.words
    assert "Nest &amp; Co" in sheet_page(made)


def test_the_commands_print(edition: Edition, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The action plan by the code that the bot shows; a wrong code or policy is refused with words."""
    assert edition.agency.assessment
    question = edition.agency.assessment.parts[0].questions[0]
    out = tmp_path / "plan.html"
    assert main(["share", "print", "action", "--code", code_of(with_answer(0, question, 3)), "--out", str(out)]) == 0
    assert out.read_text("utf-8").count("First step") == 1
    assert main(["share", "print", "action", "--code", "nope"]) == 1
    assert "twelve" in capsys.readouterr().err
    assert main(["share", "print", "policy", "--policy", "nope"]) == 1
    assert "law-enforcement" in capsys.readouterr().err
