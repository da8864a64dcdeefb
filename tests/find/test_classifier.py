"""The topic classifier: it learns, it is bound to its phrases, and what it says keeps strangers out."""

import numpy as np
import pytest

from bot.book import Edition
from bot.find import Finder, classifier_fault
from bot.find.classifier.classifier_file import fault_of, fingerprints
from bot.find.classifier.learner import learn
from bot.find.triage.identity import WIDTH


def test_it_learns_what_is_apart() -> None:
    """Each phrase gets its own class."""
    vectors = np.eye(6, WIDTH, dtype=np.float32)
    weights = learn(vectors, [0, 0, 1, 1, 2, 2], 3)
    assert list((vectors @ weights[:, :WIDTH].T + weights[:, WIDTH]).argmax(axis=1)) == [0, 0, 1, 1, 2, 2]


def test_a_changed_phrase_is_found(finder: Finder, edition: Edition) -> None:
    """The pack that ships is fitted; a new phrase, another encoder and other numbers are told."""
    pack = finder.pack
    assert classifier_fault(edition, pack) == ""
    file = pack.classifier
    assert file is not None
    assert "another encoder" in fault_of(file, b"", {}, "e-2")
    assert "not the file" in fault_of(file, b"", {}, file.encoder)
    assert fingerprints([("a", "one"), ("a", "two")]) == fingerprints([("a", "two"), ("a", "one"), ("a", "one")])
    assert fingerprints([("a", "one")]) != fingerprints([("a", "other")])


@pytest.mark.parametrize("text", ["tighten the strings of my ukulele", "which bread flour has more protein"])
def test_strangers_get_no_topics(finder: Finder, text: str) -> None:
    """Neither words nor meaning lead anywhere."""
    assert finder.listen(text, "en").band == "unsure"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("does my cat need an exam every year", "en"),
        ("my school reunion is next month", "en"),
        ("pintar la reja del jardín", "es"),
    ],
)
def test_strangers_whose_words_are_known_get_no_topics(finder: Finder, text: str, language: str) -> None:
    """They are told apart by meaning; by words alone they are guessed at."""
    assert finder.listen(text, language).band == "unsure"
    assert finder.by_nets(text, language).band == "choose"


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [("set a timer for the rice", 0.8, 1.0), ("pon musica tranquila", 0.8, 1.0), ("hola", 0.0, 0.5),
     ("he pulled the condom off", 0.0, 0.3), ("quiero hacerme la prueba del vih", 0.0, 0.3)],
)  # fmt: skip
def test_how_sure_it_is_that_words_are_nothing_for_the_bot(finder: Finder, text: str, least: float, most: float) -> None:
    """Of everyday life, not small talk, which has an answer, nor anything that a topic answers."""
    assert least <= finder.search(finder.understand(text), finder.pieces(text)).nothing <= most
