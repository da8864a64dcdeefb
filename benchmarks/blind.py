"""What typed emergencies bring on a file of sentences: the card as the screen, the line above an answer, or nothing.

    python -m benchmarks.blind tests/find/blind/emergencies-2026-11-28.tsv

Tab-separated: lang, query, expected, kind (emergency or near_miss), source. Asked through the real command with the real pack.
"""

from __future__ import annotations

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


def main() -> None:
    """A line for each language and kind, with its counts."""
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for language in sorted({row["lang"] for row in rows}):
        mine = [row for row in rows if row["lang"] == language]
        pairs = list(zip(mine, heard(mine, language), strict=True))
        for kind in sorted({row["kind"] for row in mine}):
            of = [(row["expected"], answer) for row, answer in pairs if row["kind"] == kind]
            now = [(wanted, answer) for wanted, answer in of if answer["danger"] == "now"]
            maybe = sum(answer["danger"] == "maybe" for _, answer in of)
            right = sum(wanted == answer["emergency"] for wanted, answer in now)
            print(f"{language} {kind}: {len(now)} of {len(of)} card as the screen ({right} the right one), {maybe} a line above")


if __name__ == "__main__":
    main()
