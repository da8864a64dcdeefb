"""A topic classifier that was fitted before the phrases changed, or for another encoder, or whose numbers are not its own."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.find import CLASSIFIER_FILE, classifier_fault


def look(pack: Pack) -> Iterator[Fault]:
    """The topic classifier. A pack with neither one nor examples finds topics by words alone."""
    if pack.finder_faults:
        return
    why = classifier_fault(pack.edition, pack.finder.pack)
    if why:
        file = CLASSIFIER_FILE if CLASSIFIER_FILE in pack.book.docs else "content/book.yaml"
        yield pack.fault(file, (), "CLASSIFIER-OLD", f"What finds topics by meaning is not fitted to this pack: {why}.",
                         "Run `constellation content search --fit`; it takes some eight minutes.", "warning",
                         why="Until then a running bot finds topics with the one it has.")  # fmt: skip


_FILE = """encoder: "another"
numbers: "NUMBERS"
phrases: 2
classes:
  one: "0000000000000000"
  none/other: "0000000000000000"
""".replace("NUMBERS", "0" * 64)
RULE = Rule(
    "CLASSIFIER-OLD",
    "search",
    "Phrases changed and the topic classifier was not fitted since.",
    look,
    {CLASSIFIER_FILE: _FILE},
    {},
    1,
)
