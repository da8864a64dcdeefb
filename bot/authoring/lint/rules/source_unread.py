"""Sources that do not say how they were read, and tips that are shown though nobody read a source of theirs."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_FOLDER = "content/sources/"
_UNREAD = "not_read"
_NO_FACT = ("support", "unverified")
"""What a tip may say without a source that was read: kind words, and what is not shown."""


def look(pack: Pack) -> Iterator[Fault]:
    """`how` left out (a warning); `how` and `read` that contradict each other; shown tips that rest on unread sources alone."""
    yield from _records(pack)
    sources = pack.book.sources
    for name, topic in pack.book.topics.items():
        for number, tip in enumerate(topic.tips):
            known = [sources[source] for source in tip.sources if source in sources]
            if tip.status not in _NO_FACT and known and all(source.how == _UNREAD for source in known):
                yield pack.fault(pack.file_of("topic", name), ("tips", number, "sources"), "SOURCE-UNREAD",
                                 "This tip is shown, and nobody read any of its sources.",
                                 "Read one, and say how in content/sources/; or write `status: unverified`.",
                                 why="People act on it.")  # fmt: skip


def _records(pack: Pack) -> Iterator[Fault]:
    for file, (value, _) in pack.book.docs.items():
        listed = value.get("sources") if file.startswith(_FOLDER) and isinstance(value, dict) else None
        for number, record in enumerate(listed if isinstance(listed, list) else ()):
            if not isinstance(record, dict):
                continue
            at, how = ("sources", number, "source"), record.get("how")
            if how is None:
                yield pack.fault(file, at, "SOURCE-UNREAD", "It does not say how this page was read.",
                                 "Write `how:` page (whole), excerpt, copy (somewhere else) or not_read.", "warning",
                                 "Coverage counts it.")  # fmt: skip
            elif (how == _UNREAD) == ("read" in record):
                what = "It was read on a day, and `how` says not_read." if how == _UNREAD else "It was read, but on no day."
                yield pack.fault(file, at, "SOURCE-UNREAD", what, "Write both: `read:` the day, and `how:` it was read.",
                                 why="A fact is as good as the reading behind it.")  # fmt: skip


def _with_source(how: str) -> dict[str, str]:
    files = {name: text.replace("status: support", "sources: [a-page]\n    status: read") for name, text in tip_file().items()}
    return {**files, "content/sources/sample.yaml": f"sources:\n  - source: a-page\n    title: A page\n    {how}\n"}


RULE = Rule(
    "SOURCE-UNREAD",
    "promises",
    "A source that does not say how it was read, or a tip that is shown though nobody read its sources.",
    look,
    _with_source("how: not_read"),
    _with_source("read: 2026-11-01\n    how: excerpt"),
    14,
)
