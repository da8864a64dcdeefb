"""Addresses of pages that are not https: what is read there can be seen and changed on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_SECURE = re.compile(r"https://[^\s/]+\.[^\s]+\Z")
_PLAIN = re.compile(r"http://[^\s/]+\.[^\s]+\Z")


def look(pack: Pack) -> Iterator[Fault]:
    """A page that only exists as http is a warning; anything else that is no https address is an error."""
    for file, at, value in pack.fields("address", "web"):
        if not isinstance(value, str) or file == "content/genuine.yaml" or _SECURE.match(value):
            continue
        plain = bool(_PLAIN.match(value))
        yield pack.fault(file, at, "ADDRESS-HTTPS", "This address does not begin with https://.",
                         "Write https:// and try it; if the page has none, find a copy that has." if plain
                         else "Write the whole address of the page, from https:// on.",
                         "warning" if plain else "error", "Others on the same network can see or change the page.")  # fmt: skip


_SOURCES = """sources:
  - source: sample-source
    title: A page that was read
    address: "SCHEME://example.org/page"
    read: 2026-11-01
"""
RULE = Rule(
    "ADDRESS-HTTPS", "reading", "An address of a page that is not https.", look,
    {"content/sources/sample.yaml": _SOURCES.replace("SCHEME", "http")},
    {"content/sources/sample.yaml": _SOURCES.replace("SCHEME", "https")}, 4,
)  # fmt: skip
