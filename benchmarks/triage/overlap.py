"""Sentences of the pack that stand, word for word or nearly, in other files: `python -m benchmarks.triage.overlap FILE...`.

Of examples and of questions by topic. FILEs are tab-separated questions or a question a line. Exits 1 where one is alike by more
than 90 of 100 letters: figures on questions that heads or classifier were taught say nothing. Prints where the examples stand,
not the questions.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import unicodedata
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

HERE = Path(__file__).resolve().parents[2] / "content" / "find"

ALIKE = 90


def plain(text: str) -> str:
    """A sentence without case, accents and signs."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return re.sub(r"[^\w\s]", "", bare).strip()


def questions(path: Path) -> list[str]:
    """The questions of a file."""
    lines = path.read_text("utf-8").splitlines()
    if path.suffix == ".tsv":
        return [row["query"] for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]
    return [line for line in lines if line.strip()]


def main() -> int:
    """Compares and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    asked = sorted({plain(question) for path in parser.parse_args().files for question in questions(path)})
    found = 0
    for path in sorted([*HERE.glob("examples/*.yaml"), *HERE.glob("asked/*.yaml")]):
        read = yaml.safe_load(path.read_text("utf-8"))
        groups = [group for field in ("means", "topics", "none") for group in read.get(field, {}).items()]
        for meaning, sentences in groups:
            for language, texts in sentences.items():
                for number, text in enumerate(texts, 1):
                    if process.extractOne(plain(text), asked, scorer=fuzz.ratio, score_cutoff=ALIKE):
                        print(f"{path.name}: {meaning}, {language}, number {number}")
                        found += 1
    print(f"{found} alike")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
