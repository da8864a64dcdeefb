"""Questions by topic: what they teach, and that the bands see each collection as a classifier that never read it does."""

import pytest

from bot.book import Edition
from bot.find import Finder, held_out
from bot.find.classifier.asked import AskedFile, asked_of
from bot.find.classifier.training import phrases_of
from bot.find.evaluation import Question
from bot.find.fitting import FitSample
from bot.find.held_out import questions_of, unseen
from bot.find.pack import FindPack, read_pack

FILE = AskedFile(
    asked="sample",
    topics={"naloxone": {"en": ["where is the nose stuff"], "es": ["dónde dan el de la nariz"]}, "gone": {"en": ["what was"]}},
    none={"weather": {"en": ["wet out"]}},
)


@pytest.fixture(scope="module")
def pack(edition: Edition) -> FindPack:
    return read_pack(edition.docs)


def test_a_question_is_of_its_topic_or_of_none() -> None:
    """Those of a topic that a pack does not have are left out."""
    found = questions_of(FILE, ["naloxone"])
    assert [(one.language, one.text, one.expected) for one in found] == [
        ("en", "where is the nose stuff", frozenset({"naloxone"})),
        ("es", "dónde dan el de la nariz", frozenset({"naloxone"})),
        ("en", "wet out", frozenset()),
    ]


def test_the_classifier_learns_from_questions_and_from_requests_to_others(edition: Edition, pack: FindPack) -> None:
    """A topic or a kind that is not there is passed over: it may have been withdrawn."""
    found = phrases_of(edition, FindPack({}, {}, (), pack.none, pack.phrases, pack.thresholds, asked=(FILE,)))
    assert ("naloxone", "dónde dan el de la nariz") in found
    assert ("none/weather", "wet out") in found
    assert not [name for name, _ in found if name == "gone"]
    assert ("gone", "what was") in list(asked_of([FILE]))
    strangers = {one for file in pack.examples for texts in file.means.get("stranger", {}).values() for one in texts}
    assert strangers
    assert strangers <= {text for name, text in phrases_of(edition, pack) if name == "none/requests-of-others"}


def test_each_collection_is_judged_by_the_others(
    finder: Finder, edition: Edition, pack: FindPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never by a classifier that learned from it, and the finder itself stays as it is."""
    learned_from: list[set[str]] = []
    asked: list[str] = []
    kept = finder._meaning

    def learned(_: Edition, others: FindPack) -> object:
        learned_from.append({file.asked for file in others.asked})
        return held_out_classifier

    def samples(judge: Finder, questions: list[Question], *, by_meaning: bool) -> list[FitSample]:
        assert by_meaning
        assert judge._meaning is not kept
        asked.append(questions[0].text)
        return [FitSample((), True, True, True, False, questions[0].kind)]

    held_out_classifier = type("Classifier", (), {"classes": ()})()
    monkeypatch.setattr(held_out, "learned", learned)
    monkeypatch.setattr(held_out, "samples", samples)
    found = unseen(finder, edition)
    names = [file.asked for file in pack.asked]
    assert len(found) == len(names) == len(set(asked))
    assert learned_from == [set(names) - {name} for name in names]
    assert finder._meaning is kept
