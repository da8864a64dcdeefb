"""What typed words bring on a file of strangers' sentences: the card as the screen, the line above an answer, a path, or nothing.

    python -m benchmarks.blind tests/find/blind/first-minute-2026-11-28.tsv

Tab-separated: lang, query, expected, kind, source. `expected`: the card, the part of About, or a language, by kind.
Asked through the real command with the real pack, all in one run.
"""

from __future__ import annotations

import collections
import csv
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def heard(rows: list[dict[str, str]], language: str) -> list[dict[str, object]]:
    """The command's answer to each row."""
    words = [sys.executable, "-m", "bot", "content", "search", "-", "--lang", language]
    asked = "".join(f"{row['query']}\n" for row in rows)
    done = subprocess.run(words, input=asked, capture_output=True, text=True, cwd=ROOT, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def line(kind: str, of: list[tuple[str, dict[str, object]]]) -> str:
    """What came for the sentences of a kind: pairs of what was expected and the command's answer."""
    dangers = collections.Counter(str(answer["danger"]) for _, answer in of)
    if kind == "emergency":
        right = sum(answer["danger"] == "now" and wanted == answer["emergency"] for wanted, answer in of)
        missed = collections.Counter(wanted for wanted, answer in of if answer["danger"] not in ("now", "maybe"))
        heard_at_all = dangers["now"] + dangers["maybe"]
        said = f"{heard_at_all} of {len(of)} card or line: {dangers['now']} as the screen ({right} the right card)"
        return f"{said}, {dangers['maybe']} as a line; missed: {dict(missed)}"
    said = ", ".join(f"{dangers[level]} {level}" for level in ("now", "maybe", "watched") if dangers[level]) or "no danger"
    special = collections.Counter(str(answer["special"]) for _, answer in of if answer["special"])
    band = collections.Counter(str(answer["band"]) for _, answer in of)
    return f"{len(of)}: {said}; paths {dict(special)}; bands {dict(band)}"


def main() -> None:
    """A line for each language and kind, with its counts."""
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    foreign = [row for row in rows if row["kind"] == "foreign"]
    for language in sorted({row["lang"] for row in rows if row["kind"] != "foreign"}):
        mine = [row for row in rows if row["lang"] == language and row["kind"] != "foreign"]
        pairs = list(zip(mine, heard(mine, language), strict=True))
        for kind in dict.fromkeys(row["kind"] for row in mine):
            print(f"{language} {kind}: {line(kind, [(row['expected'], answer) for row, answer in pairs if row['kind'] == kind])}")
    if foreign:
        pairs = list(zip(foreign, heard(foreign, "en"), strict=True))
        known = sum(row["lang"] == answer["language"] for row, answer in pairs)
        of = [(row["expected"], answer) for row, answer in pairs]
        print(f"foreign: language told {known} of {len(pairs)}; {line('foreign', of)}")


if __name__ == "__main__":
    main()
