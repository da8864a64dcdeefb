"""Every screen is found once, keeps its key when its words change, and two packs are told apart screen by screen."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot.authoring.desk.live_pack import BuiltPack
from bot.authoring.review.provenance import Provenance, faults_at
from bot.authoring.review.screen_diff import OlderPack, difference, places_of, since_of
from bot.authoring.review.screens import ScreenKey, changes, redrawn
from bot.authoring.review.text_diff import alike, changed_files, lines, marked
from bot.book import survey
from bot.engine.flow_compiler import survey_flows
from bot.engine.types import Span
from tests.authoring.packs import PEP, ready, real, with_words


@pytest.fixture(scope="module")
def now() -> BuiltPack:
    """The pack that ships."""
    return ready(real())


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_step_that_shows_something_has_a_screen(now: BuiltPack, language: str) -> None:
    """Those behind presses, those behind typed words, and those that only some answers bring."""
    flows = now.world.index.flows
    found = {key.step for key in now.screens(language, "us-ny")}
    silent = {name for name, step in flows.steps.items() if step.branch or (step.does and step.parent) or step.does == "erase"}
    assert set(flows.steps) - found == silent
    assert {"found.unsure", "word.confirm", "young.open", "agency.home"} <= found


def test_cases_of_a_screen_have_keys_of_their_own(now: BuiltPack) -> None:
    """The neutral page is not the page behind it; an answer that brings another button is a case."""
    found = now.screens("en", "")
    guard, behind = ScreenKey("topic.tips", "topic:coercion", 0, "guard"), ScreenKey("topic.tips", "topic:coercion")
    assert found[guard].screen.text != found[behind].screen.text
    assert (
        found[ScreenKey("topic.tips", "topic:pep", 0, "barriers=housing")].screen.spans
        == found[ScreenKey("topic.tips", "topic:pep")].screen.spans
    )
    assert found[ScreenKey("topic.tips", "topic:pep")].title.startswith("PEP")
    assert str(guard) == "topic.tips/topic:coercion/guard"
    assert len({(str(key)) for key in found}) == len(found)


def test_a_reworded_tip_is_one_change_wherever_it_shows(now: BuiltPack) -> None:
    """On its own page, and nowhere else; Spanish did not change."""
    after = ready(with_words(real(), PEP, "Take every dose", "Take each dose"))
    found = changes(now.screens("en", ""), after.screens("en", ""))
    assert {(change.key.step, change.key.subject, change.how) for change in found} == {("topic.tips", "topic:pep", "reworded")}
    (group,) = alike(found)
    assert len(group.more) == len(found) - 1
    assert changes(now.screens("es", ""), after.screens("es", "")) == []


def test_an_edit_of_content_is_seen_without_a_walk(now: BuiltPack) -> None:
    """Drawing the known screens again finds what the walk finds: other words, a page more, a referral less."""
    longer = with_words(real(), PEP, "Take every dose", "Take every dose, " + "and then once more with words, " * 30)
    gone = b"retractions:\n  - withdraw: referral\n    id: us-988\n    why: it reaches another\n    on: 2026-11-24\n"
    after = ready({**longer, "content/retractions.yaml": gone})
    before = now.screens("en", "us-ny")
    quick = changes(before, redrawn(after.world, before))
    walked = changes(before, after.screens("en", "us-ny"))
    assert {(change.key, change.how) for change in quick} == {(change.key, change.how) for change in walked}
    assert {change.how for change in quick} >= {"added", "removed", "reworded"}
    assert changes(before, redrawn(now.world, before)) == []


def test_screens_that_come_and_go_are_told(now: BuiltPack) -> None:
    """A step that is added and reached is new in one direction and gone in the other."""
    more = "steps:\n  extra:\n    say:\n      en: More here.\n      es: Más aquí.\n    parent: welcome.home\n"
    files = with_words(real(), "flows/hurt.yaml", "steps:\n", more)
    after = ready(files)
    (new,) = [change for change in changes(now.screens("en", ""), after.screens("en", "")) if change.key.step == "hurt.extra"]
    (gone,) = [change for change in changes(after.screens("en", ""), now.screens("en", "")) if change.key.step == "hurt.extra"]
    assert (new.how, new.before, gone.how, gone.after) == ("added", None, "removed", None)
    assert "More here." in new.shown.screen.text


def test_a_button_that_leads_elsewhere_is_told(now: BuiltPack) -> None:
    """Though no word of the screen changed."""
    old = "es: Ver los consejos\n        subject: keep\n        remember: false\n        go: topic.tips"
    new = "es: Ver los consejos\n        remember: false\n        go: check_in.fits"
    after = ready(with_words(real(), "flows/topic.yaml", old, new))
    found = changes(now.screens("en", ""), after.screens("en", ""))
    assert {change.how for change in found} == {"leads elsewhere"}
    assert len(alike(found)) <= len(found)
    assert {change.key.step for change in found} == {"topic.fit_me"}


def test_one_word_under_every_screen_is_looked_at_once(now: BuiltPack) -> None:
    """Grouped, with all the others behind it."""
    file = "flows/ui.yaml"
    line = next(
        row for row in real()[file].decode().splitlines() if row.strip().startswith("en: Urgent") or row.strip() == 'en: "Urgent"'
    )
    after = ready(with_words(real(), file, line, line.replace("Urgent", "Right now")))
    groups = alike(changes(now.screens("en", ""), after.screens("en", "")))
    assert len(groups) < 4
    assert len(groups[0].more) > 300


def test_a_change_is_looked_for_at_the_places_where_it_shows(now: BuiltPack) -> None:
    """A referral of New York shows in New York only; the same change at two places counts once."""
    name = next(f for f in now.files if f.startswith("content/places/us-ny/referrals/"))
    text = now.files[name].decode()
    offer = text.split("offers:\n  en: ")[1].split("\n")[0]
    after = ready(with_words(now.files, name, offer, f"{offer.rstrip('.')} and more."))
    files = changed_files(now.files, after.files)
    assert files == [name]
    places = places_of(files, (now, after))
    assert places == ["", "us-ny"]
    found = difference(now, after, "en", places)
    assert [group.change.key.step for group in found.groups] == ["referral.show"]
    assert found.places[0] == ("us-ny",)


def test_a_pack_that_no_longer_builds_still_shows_its_lines() -> None:
    """Its screens are None, its bytes are there."""
    broken = {**real(), PEP: b"topic: ["}
    since = since_of("old", broken, ready)
    assert since == OlderPack("old", broken, None)


def test_words_are_marked_where_they_differ() -> None:
    """Only those; a word that became bold differs too."""
    left, right = marked([Span("Take every dose now")], [Span("Take each "), Span("dose", "bold"), Span(" now")])
    assert [run.span.text for run in left if run.differs] == ["every", "dose"]
    assert [(run.span.text, run.span.style) for run in right if run.differs] == [("each", "plain"), ("dose", "bold")]
    assert "".join(run.span.text for run in right) == "Take each dose now"


def test_lines_say_where_they_stand() -> None:
    """With what lies around them, and a sign for what is left out."""
    before = "\n".join(f"line {number}" for number in range(1, 21))
    found = lines(before, before.replace("line 10", "line ten"))
    assert [(line.sign, line.number) for line in found] == [
        ("…", 0),
        (" ", 8),
        (" ", 9),
        ("-", 10),
        ("+", 10),
        (" ", 11),
        (" ", 12),
    ]
    assert lines(before, before) == []


def test_a_screen_knows_its_files_and_the_faults_there(now: BuiltPack) -> None:
    """The step's own lines, not the whole flow; the subject's file."""
    spots = now.provenance.of(ScreenKey("topic.tips", "topic:pep"))
    assert [spot.file for spot in spots] == ["flows/topic.yaml", PEP]
    assert now.files["flows/topic.yaml"].decode().splitlines()[spots[0].line - 1] == "  tips:"
    assert 0 < spots[0].last < 60
    here = [fault for fault in now.book.warnings if fault.file == PEP]
    assert faults_at(spots, now.book.warnings) == here
    assert now.provenance.of(ScreenKey("plan.section", "plan:controlled"))[1].file == "content/plan/plan.yaml"


def test_a_screen_knows_the_translations_of_its_files() -> None:
    """Its step's lines in the flow's own, whatever the language is called; a topic's whole file. Faults there are its own."""
    flow = b"flow: topic\nlanguage: zh\nsteps:\n  help:\n    say: x\n  tips:\n    say: y\n"
    files = {**real(), "flows/topic.zh.yaml": flow, PEP.replace(".yaml", ".zh.yaml"): b"topic: pep\nlanguage: zh\ntitle: z\n"}
    book, _ = survey(files, survey_flows)
    spoken = replace(book, file=book.file.model_copy(update={"languages": ["en", "es", "zh"]}))
    found = {spot.file: (spot.line, spot.last) for spot in Provenance(spoken).of(ScreenKey("topic.tips", "topic:pep"))}
    assert list(found) == ["flows/topic.yaml", "flows/topic.zh.yaml", PEP, PEP.replace(".yaml", ".zh.yaml")]
    assert found["flows/topic.zh.yaml"] == (6, 0)
    alone = Provenance(survey(real(), survey_flows)[0]).of(ScreenKey("topic.tips", ""))[0]
    assert found["flows/topic.yaml"] == (alone.line, alone.last)


def test_a_translation_shows_wherever_its_text_does() -> None:
    """Tips that hold in some places only are looked for there, though the translation does not name these."""
    law = "content/topics/legal/arrested-or-charged"
    book, _ = survey({**real(), f"{law}.zh.yaml": b"language: zh\n"}, survey_flows)
    seen = SimpleNamespace(book=book, files={}, world=None)
    assert places_of([f"{law}.zh.yaml"], [seen]) == places_of([f"{law}.yaml"], [seen]) != [""]
