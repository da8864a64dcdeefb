"""The page of all commands, `docs/commands.md`, made from the parsers: usage, options and an example of each."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import cast

from bot.cli import NOUNS, Command, commands, module_of, parser, verbs

HEAD = """# Commands

Every command of `constellation`, as its own `--help` says it. Made from the program: `make docs` writes this page again.

"""


def parsers() -> dict[Command, argparse.ArgumentParser]:
    """The parser of each command."""
    nouns = _children(parser())
    return {(noun, verb): _children(nouns[noun])[verb] if verb else nouns[noun] for noun, verb in commands()}


def _children(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = next(action for action in of._actions if isinstance(action, argparse._SubParsersAction))
    return cast("dict[str, argparse.ArgumentParser]", found.choices)


def page() -> str:
    """The page, as Markdown."""
    parts = [HEAD]
    by_command = parsers()
    for noun, line in NOUNS.items():
        if verbs(noun):
            parts.append(f"## constellation {noun}\n\n{line[0].upper()}{line[1:]}.\n\n")
        for verb in verbs(noun) or {"": ""}:
            parts.extend(_section(noun, verb, by_command[noun, verb]))
    return "".join(parts)


def _section(noun: str, verb: str, command: argparse.ArgumentParser) -> Iterator[str]:
    name = f"constellation {noun} {verb}".strip()
    yield f"{'###' if verb else '##'} {name}\n\n{command.description}\n\n"
    yield f"    {module_of(noun, verb).EXAMPLE}\n\n| option | what it does |\n|---|---|\n"
    for action in command._actions:
        if not isinstance(action, argparse._HelpAction):
            yield f"| {_called(action)} | {_cell(action.help or '')} |\n"
    yield "\n"


def _called(action: argparse.Action) -> str:
    """How an option or a word is written: its names, and what comes after them."""
    value = action.metavar or ("{" + ",".join(map(str, action.choices)) + "}" if action.choices else "")
    if isinstance(value, tuple):
        value = " ".join(value)
    if not action.option_strings:
        return f"`{_cell(value or action.dest)}`"
    shown = f"`{', '.join(action.option_strings)}"
    return f"{shown} {_cell(value)}`" if value else f"{shown}`"


def _cell(words: str) -> str:
    return re.sub(r"\s+", " ", words).replace("|", "\\|").replace("%%", "%")


if __name__ == "__main__":
    print(page(), end="")
