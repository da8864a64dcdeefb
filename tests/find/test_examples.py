"""Examples: their shape is strict, each card has enough in both languages, and none says two things."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from bot.find.triage.examples import Example, ExamplesFile, Meaning, examples_of, fingerprint

FOLDER = Path(__file__).parents[2] / "content" / "find" / "examples"
NEW = {"head-injury", "attacked", "seizure", "cannot-breathe", "withdrawal", "fever", "pregnancy-bleeding", "will-not-wake"}
LEAST: dict[Meaning, int] = {"now": 15, "maybe": 4, "calm": 10}
"""Examples of each meaning, in each language."""


@pytest.fixture(scope="module")
def files() -> list[ExamplesFile]:
    return [ExamplesFile.model_validate(yaml.safe_load(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.yaml"))]


def test_each_card_has_danger_and_near_misses_in_both_languages(files: list[ExamplesFile]) -> None:
    """A card without near-misses would ring for everything; one without danger never."""
    cards = {path.stem for path in (FOLDER.parents[1] / "cards").glob("*.yaml")} | NEW
    by_card = {file.card: file for file in files if file.card}
    assert set(by_card) >= cards
    for file in by_card.values():
        for meaning, least in LEAST.items():
            for language in ("en", "es"):
                assert len(file.means[meaning].get(language, [])) >= least, (file.card, meaning, language)


def test_no_sentence_says_two_things(files: list[ExamplesFile]) -> None:
    """Two meanings for the same words would fight each other."""
    said: dict[str, set[tuple[str, str | None]]] = {}
    for file in files:
        for meaning, sentences in file.means.items():
            for text in (text for texts in sentences.values() for text in texts):
                said.setdefault(text, set()).add((meaning, file.card if meaning in ("now", "maybe") else None))
    assert {text: meanings for text, meanings in said.items() if len(meanings) > 1} == {}


def test_a_file_is_named_like_what_it_holds(files: list[ExamplesFile]) -> None:
    """So that a peer finds it."""
    assert sorted(file.examples for file in files) == sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ({"examples": "x-y", "means": {"now": {"en": ["a"]}}}, "needs a card"),
        ({"examples": "x-y", "card": "ghb", "means": {"calm": {"en": ["a"]}}}, "needs examples of now or maybe"),
        ({"examples": "x-y", "means": {"perhaps": {"en": ["a"]}}}, "perhaps"),
        ({"examples": "x-y", "means": {"calm": {"english": ["a"]}}}, "english"),
        ({"examples": "x-y", "means": {"calm": {"en": [""]}}}, "at least 1"),
        ({"examples": "x-y", "means": {"calm": {"en": ["a" * 601]}}}, "at most 600"),
    ],
)
def test_a_wrong_file_is_refused(file: dict[str, object], why: str) -> None:
    """With the reason."""
    with pytest.raises(ValidationError, match=why):
        ExamplesFile.model_validate(file)


def test_examples_are_read_once_with_card_and_weight() -> None:
    """Danger counts more; the first file that says a sentence wins; a calm sentence has no card."""
    one = ExamplesFile.model_validate(
        {"examples": "one", "card": "ghb", "means": {"now": {"en": ["a", "b"]}, "calm": {"en": ["c"]}}}
    )
    two = ExamplesFile.model_validate({"examples": "two", "means": {"talk": {"es": ["b", "d"]}}})
    found = {example.text: example for example in examples_of([one, two])}
    assert Counter(example.meaning for example in found.values()) == {"now": 2, "calm": 1, "talk": 1}
    assert found["b"].card == "ghb"
    assert found["c"].card == ""
    assert found["a"].counts > found["c"].counts
    assert found["d"].on_paths > found["c"].on_paths


def test_the_fingerprint_follows_meaning_and_encoder_not_order() -> None:
    """A head says what it was fitted on; a line moved within a file is no change."""
    one, two = Example("a", "now", "ghb", "en", 3.0, 3.0), Example("b", "calm", "", "en", 1.0, 1.0)
    first = fingerprint([one, two], "e-1")
    assert first == fingerprint([two, one], "e-1")
    assert (
        len(
            {
                first,
                fingerprint([one], "e-1"),
                fingerprint([one, two], "e-2"),
                fingerprint([one, Example("b", "maybe", "ghb", "en", 1.0, 1.0)], "e-1"),
            }
        )
        == 4
    )
