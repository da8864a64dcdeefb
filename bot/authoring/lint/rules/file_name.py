"""Files whose name ends so that nobody ever reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """Files of words that do not end in .yaml: the reader takes nothing else."""
    for file in pack.files:
        if file.endswith(".yml"):
            yield pack.fault(file, (), "FILE-NAME", "This file ends in .yml, so the bot does not read it.",
                             "Rename it: end its name in .yaml.", why="What it says would reach nobody.")  # fmt: skip
    for file in pack.context.strays:
        name = PurePosixPath(file).name
        end = name[name.index(".") :] if "." in name else name
        what = f"This file ends in {end}, so the bot does not read it."
        fix = "Save it as plain text, with a name that ends in .yaml and nothing after it; or take it out of the folder."
        yield Fault(file, 1, 1, "FILE-NAME", what, "What it says would reach nobody.", fix)


_GOOD = tip_file()
RULE = Rule(
    "FILE-NAME", "reading", "A file of words whose name does not end in .yaml: it is not read.", look,
    {TIP_FILE.replace(".yaml", ".yml"): _GOOD[TIP_FILE]}, _GOOD, 1,
)  # fmt: skip
