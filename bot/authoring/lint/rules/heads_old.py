"""Heads that were fitted before the examples changed, or for another encoder, or whose numbers are not theirs."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.find import HEADS_FILE, heads_fault


def look(pack: Pack) -> Iterator[Fault]:
    """The heads of a pack that has examples. A pack without any has nothing to fit."""
    if pack.finder_faults:
        return
    why = heads_fault(pack.edition, pack.finder.pack)
    if why:
        file = HEADS_FILE if HEADS_FILE in pack.book.docs else "content/book.yaml"
        yield pack.fault(file, (), "HEADS-OLD", f"What hears danger by meaning is not fitted to this pack: {why}.",
                         "Run `constellation content search --fit`; it takes some eight minutes.",
                         why="Until then a running bot listens with the heads it has.")  # fmt: skip


_EXAMPLES = """examples: sample
means:
  calm:
    en:
      - "a sentence that nobody has typed yet"
"""
_HEADS = """encoder: "another"
of: "0000000000000000"
numbers: "NUMBERS"
examples: 1
heads:
  - now
limits: {now: 0, maybe: 0, net: 0, loose: 0, mild: 0, watched: 0, seller: 0}
""".replace("NUMBERS", "0" * 64)
RULE = Rule(
    "HEADS-OLD",
    "search",
    "Examples of danger changed and the heads were not fitted since.",
    look,
    {HEADS_FILE: _HEADS, "content/find/examples/sample.yaml": _EXAMPLES},
    {},
    1,
)
