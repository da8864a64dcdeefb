"""Curves of triage: `python -m benchmarks.triage.measure FILE... [--everyday FILE] [--whole]`.

FILEs are tab-separated questions (lang query expected kind source). Prints, for the examples by ten-fold cross-validation and
for each FILE by the heads that are in the pack, the share that is heard over the limits of `now` and of `danger`, by language and
kind, with counts; and how often the card is right. Heads alone: nets add to them in a running bot. The folds
are of all examples; the heads in the pack leave some out.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bot.book import Edition, build, default_folders, snapshot
from bot.engine import compile_flows
from bot.find import read_pack
from bot.find.triage.encoder import Encoder
from bot.find.triage.examples import Example
from bot.find.triage.fitted import unpacked
from bot.find.triage.heads import RIDGE, STRANGER, Heads, Stored, nearness, stored
from bot.find.triage.heads_file import CARD, DANGER, NOW
from bot.find.triage.hearing import NUMBERS_FILE
from bot.find.triage.identity import HEARD_BY
from bot.find.triage.learner import dangers
from bot.find.triage.training import examples_to_fit

TOPICS_OF_CARD = {
    "bleeding": "after-assault", "danger-now": "after-assault stalking coercion partner-violence cars police-violence",
    "attacked": "after-assault coercion partner-violence cars police-violence", "head-injury": "after-assault",
    "seizure": "overamping overdose-response drugs-and-alcohol-support", "will-not-wake": "overdose-response ghb",
    "withdrawal": "drugs-and-alcohol-support", "fever": "wound-care pregnancy tranq", "pregnancy-bleeding": "pregnancy",
    "cannot-breathe": "after-assault overdose-response",
}  # fmt: skip
"""Topics by which a file of questions names a card that it does not know."""
GRID = [x / 10 for x in range(-7, 8)]
FOLDS = 10


def folds(examples: Sequence[Example]) -> NDArray[np.int64]:
    """A fold for each example: the n-th of a card and meaning shares one in all languages; peers write languages side by side."""
    count: dict[tuple[str, str, str], int] = defaultdict(int)
    out = []
    for example in examples:
        key = (example.card, example.meaning, example.language)
        out.append(count[key] % FOLDS)
        count[key] += 1
    return np.array(out)


def inverse_of(near: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inverse of a symmetric matrix, written over it, by halves (Schur complement): numpy inverts in 64 bits and needs three
    copies of whatever it is given, which for all examples at once was more than 24 GB."""
    half = len(near) // 2
    first, second = slice(None, half), slice(half, None)
    top = np.linalg.inv(near[first, first].astype(np.float64))
    across = top @ near[first, second]
    rest = np.linalg.inv(near[second, second] - near[second, first] @ across)
    corner = across @ rest
    near[first, first] = top + corner @ across.T
    near[first, second] = -corner
    near[second, first] = -corner.T
    near[second, second] = rest
    return near


def crossed(examples: Sequence[Example], kept: Stored) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Scores of each example on the heads of danger, by heads that saw nothing of its fold.

    Without a fit for each fold: what a fold's own examples add to their scores is taken out of the one inverse (Rasmussen and
    Williams 2006, 5.4.2), kept in 32 bits. Some minutes for 27,000 examples.
    """
    fold, says = folds(examples), dangers(examples)
    near = nearness(kept)
    near[np.diag_indices(len(near))] += (RIDGE / np.array([example.counts for example in examples])).astype(np.float32)
    with threadpool_limits(limits=os.cpu_count(), user_api="blas"):
        inverse = inverse_of(near)
    wanted = np.array(list(says.values()), dtype=np.float32).T - np.float32(STRANGER)
    weights = inverse @ wanted
    scores = np.empty_like(wanted)
    for number in range(FOLDS):
        inside = np.flatnonzero(fold == number)
        alone = inverse[np.ix_(inside, inside)].astype(np.float64)
        scores[inside] = wanted[inside] - np.linalg.solve(alone, weights[inside]) + STRANGER
    return tuple(says), scores


def shares(scores: NDArray[np.float32], grid: Sequence[float]) -> list[float]:
    """The share above each limit, in per cent."""
    return [round(100 * float((scores >= limit).mean()), 1) for limit in grid]


def loud(heads: Heads, encoder: Encoder, texts: Iterable[str], whole: bool) -> NDArray[np.float32]:
    """The heads' scores of each text: its pieces' loudest, or those of the whole alone."""
    return np.vstack([heads.scores(encoder.pieces(text)[: 1 if whole else None]).max(axis=0) for text in texts])


def table(title: str, groups: dict[str, NDArray[np.float32]]) -> None:
    """Prints the share of each group above each limit."""
    print(f"\n{title}\n{'':34s}" + " ".join(f"{limit:6.1f}" for limit in GRID))
    for name, scores in groups.items():
        print(f"{name[:26]:26s}{len(scores):7d} " + " ".join(f"{share:6.1f}" for share in shares(scores, GRID)))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--everyday", type=Path)
    parser.add_argument("--whole", action="store_true", help="do not listen to pieces of long messages")
    parser.add_argument("--no-cross", action="store_true")
    args = parser.parse_args()
    encoder = Encoder()
    edition = Edition(build(snapshot(*default_folders()), compile_flows), dt.datetime.now(dt.UTC).date())
    pack = read_pack(edition.docs)
    examples = examples_to_fit(edition, pack)
    print(json.dumps({"examples": len(examples), "own": sum(example.counts >= 1 for example in examples)}))
    if not args.no_cross:
        names, scores = crossed(examples, stored(encoder.encode([example.text for example in examples])))
        for head in (NOW, DANGER):
            column = scores[:, names.index(head)]
            groups = {
                f"{language} {meaning}": column[
                    [i for i, e in enumerate(examples) if e.language == language and e.meaning == meaning and e.counts >= 1]
                ]
                for language in ("en", "es")
                for meaning in ("now", "maybe", "calm", "watched", "stranger", "change", "talk", "refuse", "small_talk")
            }
            table(f"cross-validated: {head}", {name: group for name, group in groups.items() if len(group)})
        cards = [name for name in names if name.startswith(CARD)]
        columns = [names.index(name) for name in cards]
        right: dict[str, list[bool]] = defaultdict(list)
        for example, row in zip(examples, scores, strict=True):
            if example.meaning == "now":
                right[example.card].append(cards[int(row[columns].argmax())] == f"{CARD}{example.card}")
        print("\ncard right, cross-validated:", {card: f"{sum(hits)}/{len(hits)}" for card, hits in right.items()})
    assert pack.heads is not None
    heads = unpacked(pack.heads, edition.data[NUMBERS_FILE], HEARD_BY).heads
    for path in args.files:
        rows = list(csv.DictReader(path.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))
        found = loud(heads, encoder, [row["query"] for row in rows], args.whole)
        for head in (NOW, DANGER):
            groups = defaultdict(list)
            for row, score in zip(rows, found[:, heads.names.index(head)], strict=True):
                groups[f"{row['lang']} {row['kind']}"].append(score)
            table(f"{path.name}: {head}", {name: np.array(group) for name, group in sorted(groups.items())})
        cards = [name for name in heads.names if name.startswith(CARD)]
        columns = [heads.names.index(name) for name in cards]
        good = [
            bool({card, *TOPICS_OF_CARD.get(card, "").split()} & set(row["expected"].split("|")))
            for row, score in zip(rows, found, strict=True)
            if row["kind"] == "emergency"
            for card in [cards[int(score[columns].argmax())].removeprefix(CARD)]
        ]
        print(f"card right: {sum(good)}/{len(good)}")
    if args.everyday:
        texts = [line.strip() for line in args.everyday.read_text("utf-8").splitlines() if line.strip()]
        found = loud(heads, encoder, texts, args.whole)
        for head in (NOW, DANGER):
            table(f"{args.everyday.name}: {head}", {"everyday": found[:, heads.names.index(head)]})


if __name__ == "__main__":
    main()
