"""Measures the finder on a file of questions: right first, right among three, sure and right, emergencies, turned away."""

from __future__ import annotations

import csv
import io
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.find.finder import Finder
from bot.find.heard import Heard

COLUMNS = ("lang", "query", "expected", "kind")


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """A question with what would be right: topic ids, or none."""

    language: str
    text: str
    expected: frozenset[str]
    kind: str


def questions(text: str) -> list[Question]:
    """Questions from tab-separated text with a header line. Raises ValueError that names the line, never its words."""
    rows = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise ValueError(f"line 1: the columns {', '.join(missing)} are missing; use: lang, query, expected, kind, source")
    found = []
    for number, row in enumerate(rows, 2):
        if not row["query"] or not row["expected"]:
            raise ValueError(f"line {number}: a question and what is expected are both needed")
        expected = frozenset(part for part in row["expected"].split("|") if part != "none")
        found.append(Question(row["lang"], row["query"], expected, row["kind"] or "plain"))
    return found


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def measure(pairs: Iterable[tuple[Question, Heard]]) -> dict[str, Any]:
    """The figures for questions and their answers; a figure without a question is None."""
    counts: dict[str, int] = defaultdict(int)
    for question, heard in pairs:
        if question.expected:
            counts["inside"] += 1
            right = bool(heard.topics) and heard.topics[0] in question.expected
            among = bool(question.expected & set(heard.topics))
            shown = among and heard.band != "unsure"
            shown = right if heard.band == "sure" and not among else shown
            counts["first"] += right
            counts["three"] += among
            counts["shown"] += shown or bool(heard.emergency and heard.emergency in question.expected)
            counts["sure"] += heard.band == "sure"
            counts["sure_right"] += heard.band == "sure" and right
        else:
            counts["none"] += 1
            counts[f"none_{heard.band}"] += 1
        if question.kind == "emergency":
            counts["emergency"] += 1
            counts["emergency_first"] += bool(heard.emergency)
            counts["emergency_screen"] += heard.danger == "now"
        if question.kind in ("near_miss", "out_of_scope"):
            counts["calm"] += 1
            counts["false_alarm"] += bool(heard.emergency)
            counts["false_screen"] += heard.danger == "now"
    return {
        "questions": counts["inside"] + counts["none"],
        "first": _share(counts["first"], counts["inside"]),
        "among_three": _share(counts["three"], counts["inside"]),
        "shown": _share(counts["shown"], counts["inside"]),
        "sure": _share(counts["sure"], counts["inside"]),
        "sure_and_right": _share(counts["sure_right"], counts["sure"]),
        "emergency_first": _share(counts["emergency_first"], counts["emergency"]),
        "emergency_screen": _share(counts["emergency_screen"], counts["emergency"]),
        "false_emergencies": _share(counts["false_alarm"], counts["calm"]),
        "false_screens": _share(counts["false_screen"], counts["calm"]),
        "none_sure": _share(counts["none_sure"], counts["none"]),
        "none_choose": _share(counts["none_choose"], counts["none"]),
        "none_unsure": _share(counts["none_unsure"], counts["none"]),
    }


def evaluate(finder: Finder, asked: Sequence[Question]) -> dict[str, Any]:
    """Figures overall, by kind, language and topic, and how long an answer takes in milliseconds."""
    pairs: list[tuple[Question, Heard]] = []
    took: list[float] = []
    for question in asked:
        begin = time.perf_counter()
        heard = finder.listen(question.text, question.language)
        took.append((time.perf_counter() - begin) * 1000)
        pairs.append((question, heard))
    took.sort()
    groups: dict[str, dict[str, list[tuple[Question, Heard]]]] = {"kind": {}, "language": {}, "topic": {}}
    for question, heard in pairs:
        groups["kind"].setdefault(question.kind, []).append((question, heard))
        groups["language"].setdefault(question.language, []).append((question, heard))
        for topic in question.expected:
            groups["topic"].setdefault(topic, []).append((question, heard))
    by = {name: {key: measure(found) for key, found in sorted(group.items())} for name, group in groups.items()}
    weakest = sorted(
        (key for key, figures in by["topic"].items() if figures["first"] is not None and figures["first"] < 1),
        key=lambda key: (by["topic"][key]["first"], key),
    )
    return {
        "overall": measure(pairs),
        "by_kind": by["kind"],
        "by_language": by["language"],
        "by_topic": by["topic"],
        "weakest_topics": weakest[:15],
        "milliseconds": {
            "p50": round(took[len(took) // 2], 3) if took else None,
            "p99": round(took[min(len(took) - 1, int(len(took) * 0.99))], 3) if took else None,
        },
    }
