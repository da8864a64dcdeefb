"""The finder beside its peers in one run: rapidfuzz `extractOne` with two scorers, and BM25 (bm25s), on the same phrases.

    python -m benchmarks.find [--questions FILE.tsv]

Prints how often each is right first and among three, what a question takes on one core, what the finder costs in memory
and in time until it is ready, and the same with 2,000 topics made of the pack's own words.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from bot.book import Edition, build, default_folders, snapshot
from bot.engine.flow_compiler import compile_flows
from bot.find.building import build_finder
from bot.find.evaluation import Question, evaluate, questions
from bot.find.finder import Finder
from bot.find.ranker import Ranker

OWN = Path(__file__).resolve().parents[1] / "tests" / "find" / "questions.tsv"
Answer = Callable[[str], list[str]]


def edition() -> Edition:
    """The pack on a pinned day."""
    return Edition(build(snapshot(*default_folders()), compile_flows), dt.date(2026, 11, 24))


def phrases(shown: Edition, finder: Finder) -> list[tuple[str, str]]:
    """Topic and phrase, all languages: what every peer searches."""
    found = []
    for name, topic in shown.topics.items():
        for texts in (topic.title, *([topic.phrases] if topic.phrases else []), finder.pack.phrases.get(name, {})):
            for text in texts.values():
                found += [(name, one) for one in (text if isinstance(text, list) else [str(text)])]
    return found


def _distinct(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))[:3]


def by_rapidfuzz(pairs: list[tuple[str, str]], scorer: Callable[..., float]) -> Answer:
    """The usual way: the phrase most like the question."""
    texts = [utils.default_process(text) for _, text in pairs]

    def answer(text: str) -> list[str]:
        found = process.extract(utils.default_process(text), texts, scorer=scorer, limit=30)
        return _distinct([pairs[at][0] for _, _, at in found])

    return answer


def by_bm25(pairs: list[tuple[str, str]]) -> Answer | None:
    """BM25 over phrases, words as tokens. None where bm25s is not installed."""
    try:
        import bm25s
    except ImportError:
        return None
    index = bm25s.BM25()
    index.index(bm25s.tokenize([text for _, text in pairs], show_progress=False, stopwords=None), show_progress=False)

    def answer(text: str) -> list[str]:
        tokens = bm25s.tokenize([text], show_progress=False, stopwords=None)
        found, _ = index.retrieve(tokens, k=30, show_progress=False)
        return _distinct([pairs[at][0] for at in found[0]])

    return answer


def measured(name: str, answer: Answer, asked: list[Question]) -> None:
    """One line: right first, among three, milliseconds."""
    inside = [question for question in asked if question.expected]
    first = three = 0
    took = []
    for question in inside:
        begin = time.perf_counter()
        found = answer(question.text)
        took.append((time.perf_counter() - begin) * 1000)
        first += bool(found) and found[0] in question.expected
        three += bool(question.expected & set(found))
    took.sort()
    print(
        f"{name:28} first {first / len(inside):6.1%}  among three {three / len(inside):6.1%}  "
        f"p50 {took[len(took) // 2]:7.2f} ms  p99 {took[int(len(took) * 0.99)]:7.2f} ms"
    )


def memory() -> int:
    """Resident kilobytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def cost() -> None:
    """In a process of its own: what the finder adds."""
    shown = edition()
    before = memory()
    begin = time.perf_counter()
    finder = build_finder(shown)
    ready = time.perf_counter() - begin
    finder.listen("warm up please", "en")
    print(f"finder ready in {ready:.2f} s, {(memory() - before) / 1024:.1f} MB more")


def many(finder: Finder, asked: list[Question], topics: int = 2000, each: int = 17) -> None:
    """p99 with a great many topics made of the pack's own words; seeded."""
    dice = random.Random(7)
    words = sorted(finder.ranker.speller.known)
    weights = [1 / (at + 5) for at in range(len(words))]
    classes = [[dice.choices(words, weights, k=dice.randint(2, 6)) for _ in range(each)] for _ in range(topics)]
    begin = time.perf_counter()
    ranker = Ranker(classes, finder.thresholds)
    ready = time.perf_counter() - begin
    took = []
    for question in asked:
        understood = finder.understand(question.text)
        begin = time.perf_counter()
        ranker.rank(understood.words, understood.ideas)
        took.append((time.perf_counter() - begin) * 1000)
    took.sort()
    print(f"{topics} topics, {topics * each} phrases: ready in {ready:.1f} s, p50 {took[len(took) // 2]:.2f} ms, "
          f"p99 {took[int(len(took) * 0.99)]:.2f} ms")  # fmt: skip


def main() -> None:
    """All of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=OWN)
    parser.add_argument("--cost", action="store_true")
    args = parser.parse_args()
    if args.cost:
        cost()
        return
    asked = questions(args.questions.read_text(encoding="utf-8"))
    shown = edition()
    finder = build_finder(shown)
    pairs = phrases(shown, finder)
    print(f"{len(pairs)} phrases, {len(shown.topics)} topics, {len(asked)} questions")
    measured("this finder", lambda text: list(finder.listen(text, "en").topics), asked)
    measured("rapidfuzz WRatio", by_rapidfuzz(pairs, fuzz.WRatio), asked)
    measured("rapidfuzz token_set_ratio", by_rapidfuzz(pairs, fuzz.token_set_ratio), asked)
    bm25 = by_bm25(pairs)
    if bm25:
        measured("bm25s words", bm25, asked)
    else:
        print("bm25s is not installed: pip install '.[bench]'")
    report = evaluate(finder, asked)
    print({name: value for name, value in report["overall"].items() if value is not None}, report["milliseconds"])
    subprocess.run([sys.executable, "-m", "benchmarks.find", "--cost"], check=True)
    many(finder, asked)


if __name__ == "__main__":
    main()
