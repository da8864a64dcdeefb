"""The agency's papers: everything that the pack holds is on them, in each language, and no line for a name."""

from __future__ import annotations

import html
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from bot.book.load import Edition
from bot.cli import main
from bot.engine.marks import code_of, with_answer
from bot.outreach import agency


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_question_scene_and_card_is_on_paper(edition: Edition, language: str) -> None:
    """Whole, and escaped."""
    found = edition.agency
    assert found.assessment
    assert found.scenes
    assert found.values
    assert found.barriers
    page = agency.assessment(edition, language)
    for part in found.assessment.parts:
        for item in part.questions:
            assert html.escape(item.asks[language].raw) in page
    page = agency.scenes(edition, language)
    assert all(html.escape(reply.does[language].raw) in page for scene in found.scenes.scenes for reply in scene.replies)
    page = agency.values(edition, language)
    assert all(html.escape(card.ask[language].raw) in page for card in found.values.values)
    page = agency.barriers(edition, language)
    assert all(html.escape(item.asks[language].raw) in page for item in found.barriers.barriers)


def test_a_policy_shows_every_way_until_one_is_chosen(edition: Edition) -> None:
    """Then that one alone; what an agency filled in stands there."""
    policy = edition.agency.policies["confidentiality"]
    page = agency.policy(edition, "en", "confidentiality")
    ways = policy.sections[0].ways
    assert all(html.escape(way.text["en"].raw) in page for way in ways)
    decided = policy.sections[0].model_copy(update={"chosen": ways[1].choice})
    blank = policy.blanks[0].model_copy(update={"value": "Nest & Co"})
    changed = policy.model_copy(update={"sections": [decided, *policy.sections[1:]], "blanks": [blank, *policy.blanks[1:]]})
    other = copy(edition)
    other.agency = replace(edition.agency, policies={"confidentiality": changed})
    page = agency.policy(other, "en", "confidentiality")
    assert html.escape(ways[1].text["en"].raw) in page
    assert html.escape(ways[0].text["en"].raw) not in page
    assert "Nest &amp; Co" in page


def test_the_commands_print(edition: Edition, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The action plan by the code that the bot shows; a wrong code or policy is refused with words."""
    assert edition.agency.assessment
    question = edition.agency.assessment.parts[0].questions[0]
    out = tmp_path / "plan.html"
    assert main(["print", "action", "--code", code_of(with_answer(0, question, 3)), "--out", str(out)]) == 0
    assert out.read_text("utf-8").count("First step") == 1
    assert main(["print", "action", "--code", "nope"]) == 1
    assert "twelve" in capsys.readouterr().err
    assert main(["print", "policy", "--policy", "nope"]) == 1
    assert "law-enforcement" in capsys.readouterr().err
