"""Training: the topic classifier of a pack, fitted from the phrases of its topics and of the words that it turns away, and from
what people ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from bot.find.classifier.asked import asked_of
from bot.find.classifier.classifier_file import NONE, Phrase, fingerprints
from bot.find.fitted_pair import Trained
from bot.find.triage.examples import examples_of
from bot.find.triage.identity import IDENTITY

if TYPE_CHECKING:
    from bot.book import Edition
    from bot.find.classifier.classifier import Classifier
    from bot.find.pack import FindPack


STRANGERS = "requests-of-others"
"""The kind of words to turn away that the examples of `stranger` belong to."""


def classes_of(edition: Edition, pack: FindPack) -> tuple[str, ...]:
    """The classes of a pack: its topics, then the kinds of words to turn away."""
    return (*edition.topics, *(f"{NONE}{kind}" for kind in pack.none))


def texts_of(edition: Edition, pack: FindPack, topic: str) -> list[tuple[str, str]]:
    """All that leads to a topic, language and text: its title (twice: it counts double) and its phrases."""
    found = [(language, str(title)) for language, title in edition.topics[topic].title.items()] * 2
    return [*found, *pairs(edition.topics[topic].phrases), *pairs(pack.phrases.get(topic, {}))]


def pairs(phrases: Mapping[str, Iterable[str]]) -> Iterable[tuple[str, str]]:
    """Language and text, one after the other."""
    return ((language, text) for language, found in phrases.items() for text in found)


def phrases_of(edition: Edition, pack: FindPack) -> list[Phrase]:
    """Every phrase, question and stranger's request that the classifier learns from, with its class; titles stand twice."""
    found = [(topic, text) for topic in edition.topics for _, text in texts_of(edition, pack, topic)]
    found += [(f"{NONE}{name}", text) for name, kind in pack.none.items() for _, text in pairs(kind.phrases)]
    if STRANGERS in pack.none:
        found += [(f"{NONE}{STRANGERS}", one.text) for one in examples_of(pack.examples) if one.meaning == "stranger"]
    known = set(classes_of(edition, pack))  # a topic may have been withdrawn since its questions were written
    return found + [phrase for phrase in asked_of(pack.asked) if phrase[0] in known]


def learned(edition: Edition, pack: FindPack) -> Classifier:
    """A classifier for a pack; the same numbers for the same phrases and questions. Raises ValueError where none can be made."""
    from bot.find.classifier.classifier import Classifier, rounded
    from bot.find.classifier.learner import learn
    from bot.find.triage.hearing import needed_encoder

    encoder = needed_encoder()
    phrases, classes = sorted(phrases_of(edition, pack)), classes_of(edition, pack)
    number = {name: at for at, name in enumerate(classes)}
    weights = learn(encoder.encode([text for _, text in phrases]), [number[name] for name, _ in phrases], len(classes))
    return Classifier(classes, rounded(weights))


def trained(edition: Edition, pack: FindPack) -> Trained:
    """The files of a new fit for a pack, the same bytes each time; raises as `learned` does."""
    from bot.find.classifier.classifier import as_yaml, numbers_of

    made, phrases = learned(edition, pack), phrases_of(edition, pack)
    return Trained(as_yaml(made, IDENTITY, fingerprints(phrases), len(phrases)), numbers_of(made), len(phrases))
