"""Files whose name ends so that nobody ever reads them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """YAML files that end in .yml: the reader takes .yaml alone."""
    for file in pack.files:
        if file.endswith(".yml"):
            yield pack.fault(file, (), "FILE-NAME", "This file ends in .yml, so the bot does not read it.",
                             "Rename it: end its name in .yaml.", why="What it says would reach nobody.")  # fmt: skip


_GOOD = tip_file()
RULE = Rule(
    "FILE-NAME", "reading", "A file that ends in .yml, which is not read.", look,
    {TIP_FILE.replace(".yaml", ".yml"): _GOOD[TIP_FILE]}, _GOOD, 1,
)  # fmt: skip
