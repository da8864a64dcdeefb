"""Every command explains itself: the page of all commands is true, and each help has an example that its parser takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from bot.cli import Command, commands, module_of, parser
from bot.cli_reference import page, parsers

PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"


def test_the_page_of_all_commands_is_true() -> None:
    """`make docs` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == page(), "write it again: make docs"


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_each_help_has_an_example_that_works(command: Command) -> None:
    """What a person copies from the help is taken by the command's own parser, and is of this command."""
    example = module_of(*command).EXAMPLE
    assert f"example:\n  {example}" in parsers()[command].format_help()
    _, found, words = example.partition("constellation ")
    assert found
    given = parser().parse_args(shlex.split(words.split(" | ")[0]))
    assert (given.noun, given.verb) == command
    assert re.search(r"(^|[|=a-z] )constellation ", example), "a pipe, a setting, or the command itself"


def test_each_option_has_a_line_of_help() -> None:
    """An option without words would be a riddle on the page."""
    for command, found in parsers().items():
        for action in found._actions:
            assert action.help, (command, action.dest)
