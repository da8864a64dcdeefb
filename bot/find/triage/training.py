"""Training: the heads of a pack, fitted from its examples, its nets' examples and its phrases. Reproducible to the byte.

Only the files of examples make heads old when they change. Phrases and the nets' examples come along as they are at a fit: they
calm what sounds like danger and is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bot.find.fitted_pair import Trained
from bot.find.triage.encoder import Encoder
from bot.find.triage.examples import Example, examples_of, fingerprint, of_files
from bot.find.triage.fitted import Fitted, as_yaml, key_of, keys_of, known_vectors, packed, settled, unpacked
from bot.find.triage.heads import Heads, Stored, stored
from bot.find.triage.heads_file import CARD, DANGER, LINE, NOW, Limits
from bot.find.triage.hearing import NUMBERS_FILE, needed_encoder
from bot.find.triage.identity import HEARD_BY
from bot.find.triage.learner import learn

if TYPE_CHECKING:
    from bot.book import Edition
    from bot.find.pack import FindPack

_WORDS = 0.7
"""How much a phrase of a topic counts: people wrote it to be found by, not to calm."""
_LITTLE = 0.2
"""How much it counts where it may well tell of what the head listens for."""
_DANGEROUS = frozenset(
    (
        "coercion",
        "partner-violence",
        "police-violence",
        "stalking",
        "debt-or-control",
        "cars",
        "drugs-and-alcohol-support",
        "beaten",
        "chemsex",
        "raids",
    )
)
"""Topics without a card whose phrases may tell of danger."""
_CHANGING = frozenset(
    ("going-back", "cutting-down", "other-income", "school-and-training", "cv-and-gaps", "burnout", "community", "grounding")
)
"""Topics whose phrases may tell of wanting a change or somebody to talk to."""
_PATHS = {"young": -0.3, "refuse": -0.4, "about": -0.45, "plan": -0.2, "safer": -0.3, "change": -0.4, "talk": -0.2}
LIMITS = Limits(
    now=0.4, maybe=-0.05, net=0.6, loose=0.4, mild=0.3, watched=-0.45, seller=-0.5, paths=_PATHS
)  # fmt: skip
"""Where to begin; read off the curves of `benchmarks.triage.measure`. The pack's own limits are kept at a new fit."""


def examples_to_fit(edition: Edition, pack: FindPack) -> list[Example]:
    """Every example of the pack, those of its files first, then the nets' examples and the phrases, each sentence once."""
    found = {example.text: example for example in examples_of(pack.examples)}

    def more(phrases: Mapping[str, Iterable[str]], meaning: str, counts: float, on_paths: float, card: str = "") -> None:
        for language, texts in phrases.items():
            for text in texts:
                found.setdefault(text, Example(text, meaning, card, language, counts, on_paths))

    for net in pack.nets:
        if net.card:
            more(net.must_match, net.level, 1.0, _LITTLE, net.card)
        more(net.must_not_match, "calm", _WORDS, _LITTLE)
    loud = _DANGEROUS.union(card.topic for card in edition.cards.values() if card.topic)
    for name, topic in sorted(edition.topics.items()):
        counts = _LITTLE if name in loud or topic.urgency == "emergency" else _WORDS
        for texts in (topic.phrases, pack.phrases.get(name, {})):
            more(texts, "calm", counts, _LITTLE if name in _CHANGING else _WORDS)
    for kind in pack.none.values():
        more(kind.phrases, kind.special or "stranger", _WORDS, _WORDS)
    return list(found.values())


def train(edition: Edition, pack: FindPack, encoder: Encoder, before: Fitted | None = None) -> Fitted:
    """Heads for a pack. `before`: the fit that is there, whose limits and vectors are used again, so that only new sentences are
    encoded. Four minutes for 26,000 sentences on one core; 3 GB of memory. Raises ValueError where there is no danger
    among the examples."""
    examples = examples_to_fit(edition, pack)
    if not any(example.meaning == "now" for example in examples):
        raise ValueError("there is no example of now; without danger there is nothing to hear")
    known = known_vectors(before)
    new = [example.text for example in examples if key_of(example.text) not in known]
    fresh: Mapping[bytes, Stored] = dict(zip(map(key_of, new), stored(encoder.encode(new)), strict=True)) if new else {}
    keys = [key_of(example.text) for example in examples]
    centres = np.stack([known[key] if key in known else fresh[key] for key in keys])
    heads, kept = learn(examples, centres)
    limits = _apart(before.limits if before else LIMITS, heads, centres)
    names = keys_of([examples[row].text for row in kept])
    return Fitted(HEARD_BY, fingerprint(examples_of(pack.examples), HEARD_BY), heads, names, limits)


def trained(edition: Edition, pack: FindPack) -> Trained:
    """The files of a new fit for a pack. Raises ValueError, saying why, where none can be made."""
    encoder = needed_encoder()
    before = None
    if pack.heads:
        with suppress(ValueError):  # of another encoder, or damaged: every sentence is encoded again
            before = unpacked(pack.heads, edition.data.get(NUMBERS_FILE, b""), HEARD_BY)
    fitted = train(edition, pack, encoder, before)
    if before is None and pack.heads:
        fitted = replace(fitted, limits=Limits.of_numbers(pack.heads.limits))
    numbers = packed(fitted)
    return Trained(as_yaml(fitted, numbers, of_files(edition.digests)), numbers, len(examples_to_fit(edition, pack)))


def _apart(limits: Limits, heads: Heads, centres: Stored) -> Limits:
    """The limits of danger, each moved a little where an example is near: whatever the processor, it decides alike."""
    scores = heads.scores(centres.astype(np.float32) / np.linalg.norm(centres.astype(np.float32), axis=1, keepdims=True))
    columns = {"now": NOW, "maybe": DANGER, "watched": "watched", "seller": "seller"}
    columns |= {LINE + card: CARD + card for card in limits.lines if CARD + card in heads.names}
    numbers = limits.as_numbers()
    moved = {name: settled(numbers[name], scores[:, heads.names.index(head)]) for name, head in columns.items()}
    return Limits.of_numbers({**numbers, **moved})
