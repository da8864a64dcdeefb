"""What typed words bring on a file of strangers' sentences: the card as the screen, the line above an answer, a path, or nothing.

    python -m benchmarks.blind tests/find/blind/first-minute-2026-11-28.tsv [--misses]

Tab-separated: lang, query, expected, kind, source. `expected`: by kind the card, the part of About or a place's code; several
are parted by `|`. Asked through the finder that a bot uses, with the real pack, all in one run. Prints counts, no sentence, so
that a blind file stays blind; `--misses` prints the sentences that failed, for a file that is blind no more.
"""

from __future__ import annotations

import argparse
import collections
import csv
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.book import Edition, build, default_folders, snapshot
from bot.engine import compile_flows
from bot.find import Heard, build_finder

NEAR = ("near", "near_miss")
ORDINARY = ("ordinary", "concrete", "in_scope", "plain", "paraphrase", "slang", "short", "long", "typo")
CALM = (*NEAR, *ORDINARY, "outside", "out_of_scope", "everyday")
"""Kinds of which no sentence is danger."""
NEVER_SURE = ("everyday", "buyer", "outside", "out_of_scope")
"""Kinds that never get a sure answer."""
PATHS = frozenset(("about", "talk", "plan", "change", "safer"))
"""Paths that words open in place of an answer: no ordinary question is meant for one."""
PARTS = {"human": "person", "operator": "runs"}
"""Parts of About whose place there has another name."""
SUICIDE = "suicidal-thoughts"


class Answer(NamedTuple):
    """A row of the file, and what the finder heard. `urgent`: whether it asks about a topic of an emergency or a card."""

    row: Mapping[str, str]
    heard: Heard
    urgent: bool = False

    @property
    def wanted(self) -> list[str]:
        """What was expected: any of these."""
        return self.row["expected"].split("|")

    @property
    def came(self) -> bool:
        """Whether a card came, as the screen or as a line."""
        return self.heard.danger in ("now", "maybe")


def _about(answer: Answer) -> bool:
    part = [PARTS.get(wanted, wanted) for wanted in answer.wanted]
    return answer.heard.special == "about" and answer.heard.part in part


RIGHT: dict[str, Callable[[Answer], bool]] = {
    "about": _about,
    "trust": lambda answer: answer.heard.special == "about",
    "talk": lambda answer: answer.heard.special == "talk" or (answer.heard.danger, answer.heard.emergency) == ("maybe", SUICIDE),
    "plan": lambda answer: answer.heard.special == "plan",
    "safer": lambda answer: answer.heard.special == "safer",
    "leave": lambda answer: answer.heard.special == "change" or bool({"debt-or-control", "coercion"} & set(answer.heard.topics)),
    "path": lambda answer: answer.heard.special in answer.wanted,
    "watched": lambda answer: answer.heard.danger == "watched",
    "seller": lambda answer: answer.heard.special != "refuse",
    "buyer": lambda answer: answer.heard.band != "sure",
    "place": lambda answer: any(
        place == code or place.startswith(f"{code}-")
        for place in answer.heard.places
        for code in map(str.casefold, answer.wanted)
    ),
}
"""When a sentence of a kind got what it asks for."""


def emergencies(answers: Sequence[Answer]) -> list[str]:
    """Lines on emergencies: heard, as the screen, the right card; and what was missed, by card."""
    came = [answer for answer in answers if answer.came]
    screen = [answer for answer in came if answer.heard.danger == "now"]
    right = [answer for answer in screen if answer.heard.emergency in answer.wanted]
    lines = [
        f"{share(came, answers)} card or line, {share(screen, answers)} as the screen, "
        f"{share(right, screen)} of these the right card"
    ]
    for card in sorted({answer.row["expected"] for answer in answers}):
        of = [answer for answer in answers if answer.row["expected"] == card]
        said = collections.Counter(
            answer.heard.emergency for answer in of if answer.came and answer.heard.emergency not in answer.wanted
        )
        missed = sum(not answer.came for answer in of)
        lines.append(f"    {card}: {len(of)}, missed {missed}" + (f", heard as {dict(said)}" if said else ""))
    return lines


def share(part: Sequence[object], of: Sequence[object]) -> str:
    """`3 of 40 (8 %)`."""
    return f"{len(part)} of {len(of)} ({100 * len(part) / max(len(of), 1):.1f} %)"


def lines_of(kind: str, answers: Sequence[Answer]) -> list[str]:
    """What came for the sentences of a kind."""
    if kind == "emergency":
        return emergencies(answers)
    screen = [answer for answer in answers if answer.heard.danger == "now"]
    line = [answer for answer in answers if answer.heard.danger == "maybe"]
    watched = [answer for answer in answers if answer.heard.danger == "watched"]
    lines = [f"{share(screen, answers)} screen, {share(line, answers)} line, {len(watched)} watched"]
    if kind in CALM:
        suicide = [answer for answer in answers if answer.came and answer.heard.emergency == SUICIDE]
        lines.append(f"    of these the suicide card: {sum(a.heard.danger == 'now' for a in suicide)} screen, "
                     f"{sum(a.heard.danger == 'maybe' for a in suicide)} line")  # fmt: skip
    if kind in NEVER_SURE:
        lines.append(f"    answered sure: {share([answer for answer in answers if answer.heard.band == 'sure'], answers)}")
    if kind in ORDINARY:
        asked = [answer for answer in screen + line if answer.urgent]
        lines.append(f"    of these {len(asked)} ask about an emergency's own topic")
        lines.append(f"    led onto a path: {share([answer for answer in answers if answer.heard.special in PATHS], answers)}")
    if kind == "path":
        for path in sorted({answer.row["expected"] for answer in answers}):
            of = [answer for answer in answers if answer.row["expected"] == path]
            lines.append(f"    {path}: {share([answer for answer in of if RIGHT['path'](answer)], of)}")
    if kind in RIGHT:
        right = [answer for answer in answers if RIGHT[kind](answer)]
        lines.append(f"    as wanted: {share(right, answers)}")
    special = collections.Counter(answer.heard.special for answer in answers if answer.heard.special)
    band = collections.Counter(answer.heard.band for answer in answers)
    lines.append(f"    paths {dict(special)}; bands {dict(band)}")
    return lines


def failed(answer: Answer) -> bool:
    """Whether a sentence did not get what its kind asks for."""
    kind = answer.row["kind"]
    if kind == "emergency" or (kind == "foreign" and answer.row["expected"]):
        return answer.heard.danger != "now" or answer.heard.emergency not in answer.wanted
    wrong = (answer.came and kind not in ("talk", "path")) or (kind in ORDINARY and answer.heard.special in PATHS)
    return wrong or (kind in RIGHT and not RIGHT[kind](answer)) or (kind in NEVER_SURE and answer.heard.band == "sure")


def main() -> None:
    """Lines for each kind and language, with counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--misses", action="store_true", help="print the sentences that failed")
    args = parser.parse_args()
    with args.file.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    edition = Edition(build(snapshot(*default_folders()), compile_flows), dt.datetime.now(dt.UTC).date())
    finder = build_finder(edition)
    urgent = {card.topic for card in edition.cards.values()}
    urgent |= {name for name, topic in edition.topics.items() if topic.urgency == "emergency"}
    print(f"{len(rows)} sentences" + (f"; hears less: {finder.deaf}" if finder.deaf else ""))
    answers = [
        Answer(
            row,
            finder.listen(row["query"], row["lang"] if row["lang"] in edition.languages else "en"),
            not urgent.isdisjoint(row["expected"].split("|")),
        )
        for row in rows
    ]
    for kind in dict.fromkeys(row["kind"] for row in rows):
        of = [answer for answer in answers if answer.row["kind"] == kind]
        languages = sorted({answer.row["lang"] for answer in of}) if kind != "foreign" else []
        for language in ("", *languages):
            mine = [answer for answer in of if language in ("", answer.row["lang"])]
            if kind == "foreign":
                said = sum(answer.heard.foreign == answer.row["lang"] for answer in mine)
                danger = [answer for answer in mine if answer.row["expected"] not in ("", answer.row["lang"])]
                calm = [answer for answer in mine if answer not in danger]
                print(f"foreign: language told {said} of {len(mine)}")
                print("\n".join(["  emergencies: " + emergencies(danger)[0], *emergencies(danger)[1:]]))
                print("\n".join(["  harmless: " + lines_of("ordinary", calm)[0]]))
                continue
            lines = lines_of(kind, mine)
            print(f"{kind} {language or 'all'}: " + "\n".join(lines if not language else lines[:1]))
    if args.misses:
        for answer in answers:
            if failed(answer):
                heard = answer.heard
                print(f"{answer.row['kind']}\t{answer.row['lang']}\t{answer.row['expected']}\t{heard.danger}\t{heard.emergency}\t{heard.special}"
                      f"\t{heard.part}\t{heard.band}\t{answer.row['query']}")  # fmt: skip


if __name__ == "__main__":
    main()
