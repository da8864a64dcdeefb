"""What hearing costs on one core: `python -m benchmarks.triage.cost FILE`, a tab-separated file of questions.

Prints the seconds from an empty process to the first answer, and the milliseconds of a question, as typed and of 200 characters
(questions joined), through the finder that a bot uses, with the pack that ships and a running bot's allocator.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.privacy import hardening

if __name__ == "__main__":
    hardening.restart_with_switches()  # as the real command: an allocator that overwrites what it frees
BEGUN = time.perf_counter()

from bot.book import Edition, build, default_folders, snapshot  # noqa: E402 (reading the program is part of the start)
from bot.engine import compile_flows  # noqa: E402
from bot.find import Finder, build_finder  # noqa: E402

LENGTH = 200


def spread(finder: Finder, questions: Sequence[str]) -> tuple[float, float]:
    """The median and the 99th percentile in milliseconds, each question asked twice."""
    took = []
    for question in (*questions, *questions):
        begun = time.perf_counter()
        finder.listen(question, "en")
        took.append(1000 * (time.perf_counter() - begun))
    took.sort()
    return took[len(took) // 2], took[int(len(took) * 0.99)]


def main() -> None:
    """Measures and prints."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    finder = build_finder(Edition(build(snapshot(*default_folders()), compile_flows), dt.datetime.now(dt.UTC).date()))
    finder.listen("hello", "en")
    print(f"first answer after {time.perf_counter() - BEGUN:.2f} s")
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        asked = [row["query"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    joined = [" ".join(asked[at : at + 8])[:LENGTH] for at in range(len(asked) - 8)]
    for name, questions in (("as typed", asked), (f"{LENGTH} characters", joined)):
        middle, late = spread(finder, questions)
        print(f"{name}: {2 * len(questions)} questions, p50 {middle:.1f} ms, p99 {late:.1f} ms")


if __name__ == "__main__":
    main()
