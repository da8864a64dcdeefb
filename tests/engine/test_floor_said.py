"""What a place's floor lacks is said where people look for somebody; who runs a line stands above all else."""

from __future__ import annotations

import pytest

from bot.book import Edition, Referral
from bot.engine.state import State, hash_of
from bot.engine.tokens import pack
from bot.engine.turn import step
from bot.engine.types import Press, World
from bot.find.heard import Heard

STEPS = ("talk.open", "place.inside", "topic.help", "hurt.menu", "referral.list")


def _world(edition: Edition) -> World:
    return World(edition, lambda _text, language: Heard("unsure", language=language))


def _text(edition: Edition, step_id: str, subject: str, language: str = "en", place: str = "") -> str:
    world = _world(edition)
    state = State(language=language, step=hash_of(step_id), subject=world.index.of[subject])
    return step(world, "", Press(pack(state._replace(place=world.index.of[place] if place else 0)))).screen.text


def _places(edition: Edition, *, whole: bool) -> list[str]:
    named = [name for name, place in edition.places.items() if place.level == "country"]
    return [name for name in named if whole is not bool(edition.floor(name).missing)]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("step_id", STEPS)
def test_a_country_without_its_floor_says_so_where_people_look(edition: Edition, step_id: str, language: str) -> None:
    """Each missing slot by name, and no other; nothing where the floor is whole or no place is chosen."""
    says = _world(edition).index.flows.says
    gap = says("floor_gap", language)
    for place in _places(edition, whole=False):
        subject = f"place:{place}" if step_id == "place.inside" else "topic:after-assault"
        text = _text(edition, step_id, subject, language, f"place:{place}")
        line = next(line for line in text.splitlines() if gap in line)
        assert line.startswith(edition.places[place].name[language]), place
        for slot in ("suicide", "violence", "peers"):
            assert (says(f"floor_{slot}", language) in line) is (slot in edition.floor(place).missing), (place, slot)
        assert line.endswith(says("floor_world", language))
    for place in _places(edition, whole=True):
        assert gap not in _text(edition, step_id, "topic:after-assault", language, f"place:{place}"), place
    assert gap not in _text(edition, step_id, "topic:after-assault", language)
    assert gap not in _text(edition, step_id, "topic:after-assault", language, "place:world")


def test_there_are_countries_of_both_kinds(edition: Edition) -> None:
    """So that the test above looks at both."""
    assert _places(edition, whole=True)
    assert _places(edition, whole=False)


def _shown(edition: Edition, referral: Referral, language: str) -> list[str]:
    text = _text(edition, "referral.show", f"referral:{referral.referral}", language)
    return text[text.index(referral.name) :].splitlines()


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_line_that_police_run_or_that_reports_says_so_first(edition: Edition, language: str) -> None:
    """Below the name, before what it offers."""
    says = _world(edition).index.flows.says
    seen = set()
    for referral in edition.referrals.values():
        lines = _shown(edition, referral, language)
        first = [says("run_by_police", language), says("run_by_trafficking", language), says("may_report", language)]
        wanted = []
        if referral.run_by in ("police", "trafficking"):
            wanted.append(says(f"run_by_{referral.run_by}", language))
        if referral.reports.known == "yes":
            wanted.append(says("may_report", language))
        assert lines[1 : 1 + len(wanted)] == wanted, referral.referral
        assert not set(lines[1 + len(wanted) :]) & set(first), referral.referral
        seen.update(wanted)
    assert {says("run_by_police", language), says("may_report", language)} <= seen


def test_no_line_of_police_and_none_that_reports_fills_a_floor(edition: Edition) -> None:
    """In the pack that ships, at every place."""
    for place in edition.places:
        for names in edition.floor(place).filled.values():
            for name in names:
                referral = edition.referrals[name]
                assert referral.run_by not in ("police", "trafficking", "unknown"), name
                assert referral.reports.known != "yes", name
